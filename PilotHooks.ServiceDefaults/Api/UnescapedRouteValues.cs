using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace PilotHooks.ServiceDefaults.Api;

/// <summary>
/// Ids that providers choose hold slashes (message ids are base64), so callers write them percent-encoded. The server
/// unescapes everything in a path but <c>%2F</c>, and so cannot tell it from <c>%252F</c>. Here every route value is
/// unescaped exactly once, from the path as the caller wrote it; endpoints and pages see the id itself.
/// </summary>
internal static class UnescapedRouteValues
{
    public static void UseUnescapedRouteValues(this WebApplication app) => app.Use((context, next) =>
    {
        // What the server unescaped holds no percent sign, but for an escaped slash or an escaped percent sign.
        if (context.GetEndpoint() is RouteEndpoint endpoint && context.Request.Path.Value!.Contains('%', StringComparison.Ordinal))
        {
            Unescape(context, endpoint.RoutePattern);
        }

        return next(context);
    });

    private static void Unescape(HttpContext context, RoutePattern pattern)
    {
        var written = WrittenSegments(context);
        for (var i = 0; i < pattern.PathSegments.Count; i++)
        {
            if (pattern.PathSegments[i].Parts is [RoutePatternParameterPart parameter]
                && context.Request.RouteValues.TryGetValue(parameter.Name, out var value) && value is string text && text.Contains('%', StringComparison.Ordinal))
            {
                context.Request.RouteValues[parameter.Name] = Unescape(text, parameter.IsCatchAll ? string.Join('/', written.Skip(i)) : written.ElementAtOrDefault(i));
            }
        }
    }

    /// <summary>
    /// The segments of the path as the caller wrote it. Dots that the server resolved may have put them out of place, which
    /// <see cref="Unescape(string, string?)"/> finds out.
    /// </summary>
    private static string[] WrittenSegments(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var start = target.StartsWith('/') ? 0 : target.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? target.IndexOf('/', scheme + 3) : -1;
        var path = start < 0 ? "" : target[start..].Split('?', 2)[0];
        return path.Split('/').Skip(1 + context.Request.PathBase.Value!.Count(letter => letter == '/')).ToArray();
    }

    private static string Unescape(string value, string? written)
    {
        var unescaped = Uri.UnescapeDataString(written ?? "");
        var withSlashes = WithSlashes(value);
        return WithSlashes(unescaped) == withSlashes ? unescaped : withSlashes;
    }

    private static string WithSlashes(string text) => text.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
