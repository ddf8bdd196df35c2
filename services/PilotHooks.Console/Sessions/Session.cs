using System.Security.Claims;
using PilotHooks.Console.Keys;

namespace PilotHooks.Console.Sessions;

/// <summary>Who is signed in: the hash of their API key, never the key, and the only number it may see, if it is bound to one.</summary>
internal sealed record Session(byte[] KeyHash, string? NumberId)
{
    private const string Scheme = "session";

    /// <summary>Whether it may see what belongs to the tenant as a whole: dead letters, keys, totals.</summary>
    public bool IsTenant => NumberId is null;

    /// <summary>The session that the request's cookie holds; null without one.</summary>
    public static Session? Of(ClaimsPrincipal user)
        => user.Identity?.IsAuthenticated == true && user.FindFirstValue(ClaimTypes.NameIdentifier) is { } hash
            ? new Session(Convert.FromBase64String(hash), user.FindFirstValue(Policies.NumberClaim))
            : null;

    public ClaimsPrincipal ToPrincipal()
    {
        var identity = new ClaimsIdentity(Scheme);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, Convert.ToBase64String(KeyHash)));
        if (NumberId is not null)
        {
            identity.AddClaim(new Claim(Policies.NumberClaim, NumberId));
        }

        return new ClaimsPrincipal(identity);
    }
}
