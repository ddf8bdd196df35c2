using System.Security.Cryptography;
using System.Text;

namespace PilotHooks.ServiceDefaults.Contacts;

/// <summary>
/// Who was erased, and until when: what occurred before is left out. Nobody's number is in it, only its HMAC.
/// </summary>
/// <param name="Version">Grows with every erasure.</param>
/// <param name="Keys">The first makes new ones.</param>
/// <param name="ErasedAt">By the beginning of the HMAC.</param>
/// <param name="PhonesOnly">Whether nobody was erased by a user id.</param>
internal sealed record Tombstones(long Version, IReadOnlyList<byte[]> Keys, IReadOnlyDictionary<Guid, DateTimeOffset> ErasedAt, bool PhonesOnly)
{
    /// <summary>What stands in the database for this person.</summary>
    public byte[] Of(ContactId contact) => HMACSHA256.HashData(Keys[0], Encoding.UTF8.GetBytes(contact.Canonical));

    public static Guid Name(ReadOnlySpan<byte> hmac) => new(hmac[..16]);

    /// <summary>Whether the event names somebody who was erased after it had occurred.</summary>
    public bool Hide(ReadOnlySpan<byte> payload, DateTimeOffset occurredAt)
    {
        // Under the erasure's own time in any case, so most events of a busy system are looked at no further.
        return ErasedAt.Count > 0 && occurredAt < Latest && ContactScan.Any(payload, PhonesOnly, value => IsErased(value, occurredAt));
    }

    private DateTimeOffset Latest { get; } = ErasedAt.Count == 0 ? DateTimeOffset.MinValue : ErasedAt.Values.Max();

    private bool IsErased(string value, DateTimeOffset occurredAt)
    {
        if (ContactId.CanonicalOf(value) is not { } canonical)
        {
            return false;
        }

        Span<byte> hmac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var text = Encoding.UTF8.GetBytes(canonical);
        foreach (var key in Keys)
        {
            HMACSHA256.HashData(key, text, hmac);
            if (ErasedAt.TryGetValue(Name(hmac), out var erasedAt) && occurredAt < erasedAt)
            {
                return true;
            }
        }

        return false;
    }
}
