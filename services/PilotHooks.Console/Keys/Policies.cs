using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using PilotHooks.Console.Sessions;
using PilotHooks.ServiceDefaults.Api;

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

    private const string KeyClaim = "key";
    private const string ScopeClaim = "scope";
    private const string CallerScheme = "Caller";

    public static void AddKeys(this IServiceCollection services)
    {
        services.AddOptions<ApiKeyOptions>().BindConfiguration("").ValidateDataAnnotations().Validate(ApiKeyOptions.AreStrong, ApiKeyOptions.TooWeak).ValidateOnStart();
        services.AddOptions<FailedAuthenticationOptions>().BindConfiguration(FailedAuthenticationOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<FailedAuthentications>();
        services.AddSingleton<ApiKeyAuthenticator>();
        services.AddSingleton<KeyUsage>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyUsage>());
        services.AddAuthentication(CallerScheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, configureOptions: null)
            .AddSessionCookie()
            .AddPolicyScheme(CallerScheme, displayName: null, options => options.ForwardDefaultSelector = SchemeOf);
        services.AddAuthorizationBuilder()
            .AddPolicy(TenantKey, policy => policy
                .RequireAuthenticatedUser()
                .RequireAssertion(context => !context.User.HasClaim(claim => claim.Type == NumberClaim)))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder()
                .RequireAssertion(context => context.User.Identity?.IsAuthenticated == true || context.Resource is HttpContext http && !http.Request.IsOfApi())
                .Build());
    }

    public static bool IsOfApi(this HttpRequest request) => request.Path.StartsWithSegments("/v1");

    /// <summary>What an identity says of the key that it stands for.</summary>
    public static IEnumerable<Claim> ClaimsOf(Caller caller)
    {
        yield return new Claim(KeyClaim, caller.KeyId);
        yield return new Claim(ScopeClaim, caller.ReadsOnly ? ApiKey.ReadScope : ApiKey.FullScope);
        if (caller.NumberId is not null)
        {
            yield return new Claim(NumberClaim, caller.NumberId);
        }
    }

    /// <summary>The same, read back; null for nobody.</summary>
    public static Caller? CallerOf(ClaimsPrincipal user)
        => user.FindFirstValue(KeyClaim) is { } keyId ? new Caller(user.FindFirstValue(NumberClaim), keyId, user.FindFirstValue(ScopeClaim) != ApiKey.FullScope) : null;

    /// <summary>A call with a key is its key's, whatever cookies come with it.</summary>
    private static string SchemeOf(HttpContext context)
        => context.Request.IsOfApi() && (context.Request.Headers.ContainsKey(ApiKeyHandler.Header) || !SessionCookie.IsIn(context.Request))
            ? ApiKeyHandler.SchemeName
            : CookieAuthenticationDefaults.AuthenticationScheme;
}
