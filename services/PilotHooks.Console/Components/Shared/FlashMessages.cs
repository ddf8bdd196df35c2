using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using PilotHooks.Console.Sessions;

namespace PilotHooks.Console.Components.Shared;

/// <summary>
/// What the next page says once, such as "Deleted" after a form was sent: a cookie, encrypted, so that nobody else can
/// put words there.
/// </summary>
internal sealed class FlashMessages(IDataProtectionProvider protection, IHttpContextAccessor accessor)
{
    private const string Cookie = "pilothooks-flash";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly IDataProtector _protector = protection.CreateProtector("flash.v1");

    /// <summary>For the next page, in the viewer's language.</summary>
    public void Say(string text, BadgeKind kind = BadgeKind.Ok)
        => Context.Response.Cookies.Append(
            Cookie,
            _protector.Protect(JsonSerializer.Serialize(new Message(kind, text))),
            new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = Context.Request.IsHttps, MaxAge = Lifetime, IsEssential = true });

    /// <summary>What is to say now, if anything.</summary>
    public Message? Take()
    {
        // A page that refreshes itself shows its regions only.
        if (Context.Request.IsLive() || !HttpMethods.IsGet(Context.Request.Method) || Context.Request.Cookies[Cookie] is not { Length: > 0 } text)
        {
            return null;
        }

        Context.Response.Cookies.Delete(Cookie);
        try
        {
            return JsonSerializer.Deserialize<Message>(_protector.Unprotect(text));
        }
        catch (CryptographicException)
        {
            // Not ours, or of keys that are gone.
            return null;
        }
    }

    private HttpContext Context => accessor.HttpContext ?? throw new InvalidOperationException("Only a request has a viewer.");

    internal sealed record Message(BadgeKind Kind, string Text);
}
