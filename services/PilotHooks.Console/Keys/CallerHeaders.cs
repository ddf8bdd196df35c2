using Microsoft.AspNetCore.Antiforgery;
using PilotHooks.Console.Sessions;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Keys;

/// <summary>
/// What a caller of the API says of itself in our own headers is thrown away; from here on a signed token says what its key
/// says, for the endpoints here and behind. A key that may only read goes no further with what changes something.
/// </summary>
internal sealed class CallerHeaders(RequestDelegate next, IAntiforgery antiforgery, CallerTokens tokens)
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

        var caller = Policies.CallerOf(context.User) ?? throw new BadHttpRequestException(Caller.Unknown, StatusCodes.Status401Unauthorized);
        if (caller.ReadsOnly && !Gateway.OnlyReads(context.Request.Method))
        {
            await Problems.Of(StatusCodes.Status403Forbidden, Caller.MayOnlyRead).ExecuteAsync(context);
            return;
        }

        context.Features.Set(caller);
        DropOwnHeaders(context.Request.Headers);
        context.Request.Headers[GatewayOptions.CallerHeader] = tokens.Sign(caller);
        await next(context);
    }

    /// <summary>
    /// A browser adds the cookie to whatever any page asks for, so what changes something must show that our own page
    /// asked. Browsers say where a call comes from; what is no browser says nothing.
    /// </summary>
    private async Task<bool> IsAskedByOurPageAsync(HttpContext context)
        => Gateway.OnlyReads(context.Request.Method)
            || (context.Request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none" && await antiforgery.IsRequestValidAsync(context));

    /// <summary>The key and the cookies go no further, nor does what the caller keeps to its own connection.</summary>
    private static void DropOwnHeaders(IHeaderDictionary headers)
        => headers.GetCommaSeparatedValues("Connection")
            .Concat(headers.Keys.Where(name => name.StartsWith(OwnHeaders, StringComparison.OrdinalIgnoreCase)))
            .Append(ApiKeyHandler.Header).Append("Cookie").ToList()
            .ForEach(name => headers.Remove(name));
}
