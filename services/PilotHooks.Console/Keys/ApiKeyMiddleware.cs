using Microsoft.Extensions.Options;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Keys;

/// <summary>
/// Every call to <c>/v1</c>, to known and unknown paths alike, needs a key. What the caller says of itself in our own
/// headers is thrown away; from here on they hold what the key says, for the endpoints here and behind.
/// </summary>
internal sealed class ApiKeyMiddleware(RequestDelegate next, ApiKeyAuthenticator authenticator, IOptions<GatewayOptions> gateway)
{
    private const string KeyHeader = "x-api-key";
    private const string OwnHeaders = "x-pilothooks-";

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/v1"))
        {
            await next(context);
            return;
        }

        var check = await authenticator.CheckAsync(context.Request.Headers[KeyHeader]);
        if (check.Result is not KeyCheckResult.Accepted)
        {
            await RefuseAsync(context, check.Result);
            return;
        }

        Identify(context.Request.Headers, check.NumberId);
        await next(context);
    }

    private void Identify(IHeaderDictionary headers, string? numberId)
    {
        headers.Remove(KeyHeader);
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
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "The key cannot be checked: the database does not answer.").ExecuteAsync(context);
        }

        context.Response.Headers.WWWAuthenticate = "ApiKey";
        return Problems.Of(StatusCodes.Status401Unauthorized, result is KeyCheckResult.Missing
            ? $"The header {KeyHeader} must carry one API key."
            : "The API key is not valid.").ExecuteAsync(context);
    }
}
