using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.Headers;
using PilotHooks.Console.Keys;

namespace PilotHooks.Console.Sessions;

/// <summary>
/// The browser's session: an encrypted cookie with the session's id and a key's hash. Both are checked on every request, so
/// that a session that was ended, or whose key was removed, is out of the browser as fast as out of the API.
/// </summary>
internal static class SessionCookie
{
    public const string Name = "pilothooks-session";
    public const string SignInPath = "/sign-in";

    public static AuthenticationBuilder AddSessionCookie(this AuthenticationBuilder builder)
    {
        builder.Services.AddSingleton<SessionStore>();
        return builder.AddCookie(options =>
        {
            options.Cookie.Name = Name;
            options.CookieManager = new HostCookies();
            options.Cookie.HttpOnly = true;
            options.Cookie.Path = "/";
            // Lax, so that a link from a chat or a terminal opens the page; what changes something needs the antiforgery token.
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.ExpireTimeSpan = SessionStore.Lifetime;
            options.SlidingExpiration = false;
            options.LoginPath = SignInPath;
            options.ReturnUrlParameter = "returnUrl";
            options.Events.OnValidatePrincipal = ValidateAsync;
            options.Events.OnRedirectToLogin = RedirectAsync;
            options.Events.OnRedirectToAccessDenied = context => context.HttpContext.ForbidAsync(ApiKeyHandler.SchemeName);
        });
    }

    /// <summary>Whether the request carries one, good or not.</summary>
    public static bool IsIn(HttpRequest request) => HostCookies.Find(request, Name) is not null;

    /// <summary>Whether a module of the page asked, to refresh what is shown.</summary>
    public static bool IsLive(this HttpRequest request) => request.Headers.ContainsKey("x-live");

    /// <summary>Whether the answer is shown by a browser.</summary>
    public static bool WantsPage(this HttpRequest request)
        => !request.IsOfApi()
            && new RequestHeaders(request.Headers).Accept.Any(accepted => accepted.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var session = context.Principal is { } principal ? Session.Of(principal) : null;
        var check = session is null
            ? new KeyCheck(KeyCheckResult.Unknown)
            : await context.HttpContext.RequestServices.GetRequiredService<SessionStore>().CheckAsync(session);
        switch (check.Result)
        {
            case KeyCheckResult.Accepted:
                // What the key allows is the key's to say, not the cookie's.
                ((ClaimsIdentity)context.Principal!.Identity!).AddClaims(Policies.ClaimsOf(check.Caller!));
                return;
            case KeyCheckResult.Undecided:
                throw new BadHttpRequestException(ApiKeyHandler.UndecidedDetail, StatusCodes.Status503ServiceUnavailable);
            default:
                context.RejectPrincipal();
                await context.HttpContext.SignOutAsync();
                return;
        }
    }

    private static Task RedirectAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (context.Request.IsOfApi())
        {
            return context.HttpContext.ChallengeAsync(ApiKeyHandler.SchemeName);
        }

        if (context.Request.WantsPage() && !context.Request.IsLive())
        {
            context.Response.Redirect(context.RedirectUri);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }

        return Task.CompletedTask;
    }
}
