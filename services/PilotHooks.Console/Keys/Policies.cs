using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using PilotHooks.Console.Sessions;

namespace PilotHooks.Console.Keys;

/// <summary>
/// Who may call what. Every path of the API, known or not, needs a key, or the session of a browser that gave one; pages
/// need a session.
/// </summary>
internal static class Policies
{
    /// <summary>A key, or a session, that sees all numbers.</summary>
    public const string TenantKey = "TenantKey";

    /// <summary>The only number that a key or session may see; absent for a tenant's.</summary>
    public const string NumberClaim = "number";

    private const string Caller = "Caller";

    public static void AddKeys(this IServiceCollection services)
    {
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<ApiKeyAuthenticator>();
        services.AddAuthentication(Caller)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, configureOptions: null)
            .AddSessionCookie()
            .AddPolicyScheme(Caller, displayName: null, options => options.ForwardDefaultSelector = SchemeOf);
        services.AddAuthorizationBuilder()
            .AddPolicy(TenantKey, policy => policy
                .RequireAuthenticatedUser()
                .RequireAssertion(context => !context.User.HasClaim(claim => claim.Type == NumberClaim)))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder()
                .RequireAssertion(context => context.User.Identity?.IsAuthenticated == true || context.Resource is HttpContext http && !http.Request.IsOfApi())
                .Build());
    }

    public static bool IsOfApi(this HttpRequest request) => request.Path.StartsWithSegments("/v1");

    /// <summary>A call with a key is its key's, whatever cookies come with it.</summary>
    private static string SchemeOf(HttpContext context)
        => context.Request.IsOfApi() && (context.Request.Headers.ContainsKey(ApiKeyHandler.Header) || !context.Request.Cookies.ContainsKey(SessionCookie.Name))
            ? ApiKeyHandler.SchemeName
            : CookieAuthenticationDefaults.AuthenticationScheme;
}
