using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using PilotHooks.Console.Sessions;

namespace PilotHooks.Console.Components.Shared;

/// <summary>
/// What the answer to a form leaves for the page that the browser is sent to, once and for a minute: encrypted cookies,
/// so that nobody else can read them or put words there, and every replica can show them.
/// </summary>
internal sealed class OneTimeCookies(IDataProtectionProvider protection, IHttpContextAccessor accessor)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    /// <summary><paramref name="owner"/>: who alone may take it; whoever has the cookie, by default.</summary>
    public void Leave<T>(string name, T value, string owner = "")
        where T : class
        => Context.Response.Cookies.Append(
            name,
            Protector(name, owner).Protect(JsonSerializer.Serialize(value), Lifetime),
            new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = Context.Request.IsHttps, MaxAge = Lifetime, IsEssential = true });

    /// <summary>What was left, if anything.</summary>
    public T? Take<T>(string name, string owner = "")
        where T : class
    {
        // A page that refreshes itself shows its regions only.
        if (Context.Request.IsLive() || !HttpMethods.IsGet(Context.Request.Method) || Context.Request.Cookies[name] is not { Length: > 0 } text)
        {
            return null;
        }

        Context.Response.Cookies.Delete(name);
        try
        {
            return JsonSerializer.Deserialize<T>(Protector(name, owner).Unprotect(text));
        }
        catch (CryptographicException)
        {
            // Not ours, another's, too old, or of keys that are gone.
            return null;
        }
    }

    private ITimeLimitedDataProtector Protector(string name, string owner) => protection.CreateProtector("once.v1", name, owner).ToTimeLimitedDataProtector();

    private HttpContext Context => accessor.HttpContext ?? throw new InvalidOperationException("Only a request has a viewer.");
}
