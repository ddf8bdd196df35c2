using System.Security.Claims;
using PilotHooks.Console.Keys;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Sessions;

/// <summary>
/// Who is signed in: the session's id, the hash of their API key, never the key, and, once both were checked, what the key
/// allows.
/// </summary>
internal sealed record Session(string Id, byte[] KeyHash, Caller? Caller = null)
{
    private const string Scheme = "session";

    /// <summary>The only number that it may see; null for all.</summary>
    public string? NumberId => Caller?.NumberId;

    /// <summary>Whether it may see what belongs to the tenant as a whole: dead letters, keys, totals.</summary>
    public bool IsTenant => Caller is { NumberId: null };

    /// <summary>The session that the request's cookie holds; null without one.</summary>
    public static Session? Of(ClaimsPrincipal user)
        => user.Identity?.IsAuthenticated == true && user.FindFirstValue(ClaimTypes.NameIdentifier) is { } hash && user.FindFirstValue(ClaimTypes.Sid) is { } id
            ? new Session(id, Convert.FromBase64String(hash), Policies.CallerOf(user))
            : null;

    public ClaimsPrincipal ToPrincipal()
    {
        var identity = new ClaimsIdentity(Scheme);
        identity.AddClaim(new Claim(ClaimTypes.Sid, Id));
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, Convert.ToBase64String(KeyHash)));
        if (Caller is not null)
        {
            identity.AddClaims(Policies.ClaimsOf(Caller));
        }

        return new ClaimsPrincipal(identity);
    }
}
