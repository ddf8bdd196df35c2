using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.Headers;
using PilotHooks.Console.Keys;

namespace PilotHooks.Console.Sessions;

/// <summary>
/// The browser's session: an encrypted cookie with a key's hash, checked against the keys on every request, so that a
/// removed key is out of the browser as fast as out of the API.
/// </summary>
internal static class SessionCookie
{
    public const string Name = "pilothooks-session";
    public const string SignInPath = "/sign-in";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public static AuthenticationBuilder AddSessionCookie(this AuthenticationBuilder builder)
        => builder.AddCookie(options =>
        {
            options.Cookie.Name = Name;
            options.Cookie.HttpOnly = true;
            // Lax, so that a link from a chat or a terminal opens the page; what changes something needs the antiforgery token.
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.ExpireTimeSpan = Lifetime;
            options.SlidingExpiration = true;
            options.LoginPath = SignInPath;
            options.ReturnUrlParameter = "returnUrl";
            options.Events.OnValidatePrincipal = ValidateAsync;
            options.Events.OnRedirectToLogin = RedirectAsync;
            options.Events.OnRedirectToAccessDenied = context => context.HttpContext.ForbidAsync(ApiKeyHandler.SchemeName);
            options.Events.OnCheckSlidingExpiration = context =>
            {
                // A page that refreshes itself is not somebody who works with it.
                context.ShouldRenew &= !context.Request.IsLive();
                return Task.CompletedTask;
            };
        });

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
            : await context.HttpContext.RequestServices.GetRequiredService<ApiKeyAuthenticator>().CheckAsync(session.KeyHash);
        switch (check.Result)
        {
            case KeyCheckResult.Accepted when check.NumberId == session!.NumberId:
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
