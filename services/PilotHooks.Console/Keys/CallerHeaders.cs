using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Options;
using PilotHooks.Console.Sessions;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Keys;

/// <summary>
/// What a caller of the API says of itself in our own headers is thrown away; from here on they hold what its key says, for
/// the endpoints here and behind.
/// </summary>
internal sealed class CallerHeaders(RequestDelegate next, IAntiforgery antiforgery, IOptions<GatewayOptions> gateway)
{
    private const string OwnHeaders = "x-pilothooks-";

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.IsOfApi())
        {
            await next(context);
            return;
        }

        if (Session.Of(context.User) is not null && !await IsAskedByOurPageAsync(context))
        {
            await Problems.Of(
                StatusCodes.Status400BadRequest,
                "A call with a session's cookie must carry the page's token in the header RequestVerificationToken.").ExecuteAsync(context);
            return;
        }

        Identify(context.Request.Headers, context.User.FindFirst(Policies.NumberClaim)?.Value);
        await next(context);
    }

    /// <summary>
    /// A browser adds the cookie to whatever any page asks for, so what changes something must show that our own page
    /// asked. Browsers say where a call comes from; what is no browser says nothing.
    /// </summary>
    private async Task<bool> IsAskedByOurPageAsync(HttpContext context)
        => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method)
            || (context.Request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none" && await antiforgery.IsRequestValidAsync(context));

    private void Identify(IHeaderDictionary headers, string? numberId)
    {
        // The key and the cookies go no further, nor does what the caller keeps to its own connection.
        var dropped = headers.GetCommaSeparatedValues("Connection")
            .Concat(headers.Keys.Where(name => name.StartsWith(OwnHeaders, StringComparison.OrdinalIgnoreCase)))
            .Append(ApiKeyHandler.Header).Append("Cookie").ToList();
        dropped.ForEach(name => headers.Remove(name));
        headers[GatewayOptions.TokenHeader] = gateway.Value.Token;
        if (numberId is not null)
        {
            headers[GatewayOptions.NumberHeader] = numberId;
        }
    }
}
