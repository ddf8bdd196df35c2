using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PilotHooks.Relay.Endpoints;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// The two signatures of a delivery. The keys differ although the secret is one: the platform's documents use the whole
/// <c>whsec_...</c> text, Standard Webhooks the bytes that its base64 stands for.
/// </summary>
internal static class WebhookSigner
{
    /// <summary>
    /// <c>X-Webhook-Signature</c>: lower-case hex HMAC-SHA256 of the body; while two secrets sign, one for each, the
    /// new one's first, separated by a comma.
    /// </summary>
    public static string Hex(IEnumerable<Secret> secrets, ReadOnlySpan<byte> body)
    {
        var text = new StringBuilder(64);
        foreach (var secret in secrets)
        {
            text.Append(text.Length > 0 ? "," : "").Append(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret.Text), body)));
        }

        return text.ToString();
    }

    /// <summary>
    /// <c>webhook-signature</c> of Standard Webhooks 1.0.0: <c>v1,</c> and the base64 HMAC-SHA256 of
    /// <c>id.timestamp.body</c>, one for each secret, separated by a space.
    /// </summary>
    public static string Standard(IEnumerable<Secret> secrets, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        // One buffer and one call: a keyed hash that is fed piece by piece costs more than the copy.
        var head = string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.");
        var signed = ArrayPool<byte>.Shared.Rent(head.Length + body.Length);
        Encoding.ASCII.GetBytes(head, signed);
        body.CopyTo(signed.AsSpan(head.Length));
        var text = new StringBuilder(48);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (var secret in secrets)
        {
            HMACSHA256.HashData(secret.Key, signed.AsSpan(0, head.Length + body.Length), hash);
            text.Append(text.Length > 0 ? " v1," : "v1,").Append(Convert.ToBase64String(hash));
        }

        ArrayPool<byte>.Shared.Return(signed);
        return text.ToString();
    }
}
