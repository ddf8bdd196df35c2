using Microsoft.AspNetCore.Http.Features;
using PilotHooks.Console.ServiceCalls;
using Yarp.ReverseProxy.Forwarder;

namespace PilotHooks.Console.Forwarding;

/// <summary>
/// What a service gets of a call: the caller's own characters for path and query, so that an id with an encoded slash (a
/// wamid is base64) arrives as the one key that it is.
/// </summary>
internal sealed class ForwardedCall(string service) : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(
        HttpContext context, HttpRequestMessage request, string destinationPrefix, CancellationToken cancellationToken)
    {
        if (TargetOf(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) is not { } target)
        {
            // Once a status is set, the call goes no further.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await base.TransformRequestAsync(context, request, destinationPrefix, cancellationToken);
        request.RequestUri = ServiceHandler.UriOf(service, target);
        request.Headers.Host = null;
        // Who waits for a word before sending the body gets it from here.
        request.Headers.ExpectContinue = null;
    }

    /// <summary>
    /// The path and query as the caller wrote them. Null for a path that leads elsewhere once its dots are followed: the
    /// route was chosen from the decoded path.
    /// </summary>
    internal static string? TargetOf(string rawTarget)
    {
        // A proxy's client names the whole URL.
        var scheme = rawTarget.StartsWith('/') ? -1 : rawTarget.IndexOf("://", StringComparison.Ordinal);
        var host = rawTarget.StartsWith('/') ? 0 : scheme < 0 ? rawTarget.Length : scheme + 3;
        var target = rawTarget.IndexOf('/', host) is >= 0 and var start ? rawTarget[start..] : "";
        var path = target.Split('?', 2)[0];
        return path.Length == 0 || target.AsSpan().ContainsAnyExceptInRange('!', '~') || target.Contains('#', StringComparison.Ordinal)
            || path.Contains('\\', StringComparison.Ordinal) || path.Split('/').Any(segment => Uri.UnescapeDataString(segment) is "." or "..")
            ? null
            : target;
    }
}
