using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Options;
using PilotHooks.Console.Sessions;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Keys;

/// <summary>
/// Every call to <c>/v1</c>, to known and unknown paths alike, needs a key, or the session of a browser that gave one.
/// What the caller says of itself in our own headers is thrown away; from here on they hold what the key says, for the
/// endpoints here and behind.
/// </summary>
internal sealed class ApiKeyMiddleware(RequestDelegate next, ApiKeyAuthenticator authenticator, IAntiforgery antiforgery, IOptions<GatewayOptions> gateway)
{
    public const string UndecidedDetail = "The key cannot be checked: the database does not answer.";

    private const string KeyHeader = "x-api-key";
    private const string OwnHeaders = "x-pilothooks-";

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/v1"))
        {
            await next(context);
            return;
        }

        var keys = context.Request.Headers[KeyHeader];
        if (keys.Count == 0 && Session.Of(context.User) is { } session)
        {
            await InvokeAsync(context, session);
            return;
        }

        var check = await authenticator.CheckAsync(keys);
        if (check.Result is not KeyCheckResult.Accepted)
        {
            await RefuseAsync(context, check.Result);
            return;
        }

        Identify(context.Request.Headers, check.NumberId);
        await next(context);
    }

    /// <summary>
    /// A browser adds the cookie to whatever any page asks for, so what changes something must show that our own page
    /// asked. The cookies go no further.
    /// </summary>
    private async Task InvokeAsync(HttpContext context, Session session)
    {
        if (!IsSafe(context.Request.Method) && !(IsOfOurPage(context.Request.Headers) && await antiforgery.IsRequestValidAsync(context)))
        {
            await Problems.Of(StatusCodes.Status400BadRequest, "A call with a session's cookie must carry the page's token in the header RequestVerificationToken.").ExecuteAsync(context);
            return;
        }

        context.Request.Headers.Remove("Cookie");
        Identify(context.Request.Headers, session.NumberId);
        await next(context);
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    /// <summary>Browsers say where a call comes from; what is no browser says nothing.</summary>
    private static bool IsOfOurPage(IHeaderDictionary headers) => headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";

    private void Identify(IHeaderDictionary headers, string? numberId)
    {
        headers.Remove(KeyHeader);
        // What the caller keeps to its own connection goes no further; ours come after it has spoken.
        foreach (var name in headers.GetCommaSeparatedValues("Connection"))
        {
            headers.Remove(name);
        }

        foreach (var name in headers.Keys.Where(name => name.StartsWith(OwnHeaders, StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            headers.Remove(name);
        }

        headers[GatewayOptions.TokenHeader] = gateway.Value.Token;
        if (numberId is not null)
        {
            headers[GatewayOptions.NumberHeader] = numberId;
        }
    }

    private static Task RefuseAsync(HttpContext context, KeyCheckResult result)
    {
        if (result is KeyCheckResult.Undecided)
        {
            context.Response.Headers.RetryAfter = "1";
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, UndecidedDetail).ExecuteAsync(context);
        }

        context.Response.Headers.WWWAuthenticate = "ApiKey";
        return Problems.Of(StatusCodes.Status401Unauthorized, result is KeyCheckResult.Missing
            ? $"The header {KeyHeader} must carry one API key."
            : "The API key is not valid.").ExecuteAsync(context);
    }
}
