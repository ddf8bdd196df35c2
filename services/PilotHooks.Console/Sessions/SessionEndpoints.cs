using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using PilotHooks.Console.Keys;
using PilotHooks.Console.Texts;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Sessions;

/// <summary>What changes the session or the browser's preferences without a page of its own.</summary>
internal static class SessionEndpoints
{
    private static readonly CookieOptions Kept = new() { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, IsEssential = true };

    public static void MapSessions(this WebApplication app)
    {
        app.MapGet($"{SessionCookie.SignInPath}/{{token}}", SignInByLinkAsync).AllowAnonymous();

        var forms = app.MapGroup("").WithMetadata(new RequireAntiforgeryTokenAttribute()).AddEndpointFilter(RequireOurForm).AllowAnonymous();
        forms.MapPost("/sign-out", (Delegate)SignOutAsync);
        forms.MapPost("/preferences", (Delegate)KeepPreferencesAsync);
    }

    private static async Task<Results<RedirectHttpResult, ProblemHttpResult>> SignInByLinkAsync(
        string token, string? returnUrl, SignInLink link, FailedAuthentications failures, SessionStore sessions, ApiKeyAuthenticator keys, IOptions<ApiKeyOptions> options, HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (failures.Refuse(address) is { } retryAfter)
        {
            return Problems.WithRetryAfter(context.Response, StatusCodes.Status429TooManyRequests, retryAfter, "Too many attempts to sign in came from here or elsewhere; this one was not looked at.");
        }

        if (!await link.UseAsync(token, address, context.RequestAborted))
        {
            failures.Count(address);
            return TypedResults.LocalRedirect($"{SessionCookie.SignInPath}?link=expired");
        }

        var hash = ApiKeySecret.Hash(options.Value.Keys[0]);
        var session = await sessions.BeginAsync(hash, (await keys.CheckAsync(hash)).Caller!, context.RequestAborted);
        await context.SignInAsync(session.ToPrincipal());
        return TypedResults.LocalRedirect(LocalUrl.OrHome(returnUrl));
    }

    private static async Task<RedirectHttpResult> SignOutAsync(SessionStore sessions, HttpContext context)
    {
        if (Session.Of(context.User) is { } session)
        {
            await sessions.EndAsync(session, context.RequestAborted);
        }

        await context.SignOutAsync();
        return TypedResults.LocalRedirect(SessionCookie.SignInPath);
    }

    /// <summary>An empty theme is the system's; a field that is absent stays as it was.</summary>
    private static async Task<RedirectHttpResult> KeepPreferencesAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form.TryGetValue("theme", out var theme))
        {
            if (Theme.All.Contains(theme.ToString()))
            {
                context.Response.Cookies.Append(Theme.Cookie, theme.ToString(), Kept);
            }
            else
            {
                context.Response.Cookies.Delete(Theme.Cookie);
            }
        }

        if (form.TryGetValue("language", out var language) && Languages.Find(language) is { } known)
        {
            context.Response.Cookies.Append(Languages.Cookie, known.Name, Kept);
        }

        return TypedResults.LocalRedirect(LocalUrl.OrHome(form["returnUrl"]));
    }

    /// <summary>The middleware has checked the token; what the answer says is the page's affair.</summary>
    private static ValueTask<object?> RequireOurForm(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
        => context.HttpContext.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: true }
            ? next(context)
            : ValueTask.FromResult<object?>(TypedResults.BadRequest());
}
