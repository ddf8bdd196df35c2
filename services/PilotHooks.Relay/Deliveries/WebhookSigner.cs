using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;
using PilotHooks.Relay.Endpoints;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// The two signatures of a delivery. The keys differ although the secret is one: the platform's documents use the whole
/// <c>whsec_...</c> text, Standard Webhooks the bytes that its base64 stands for.
/// </summary>
internal static class WebhookSigner
{
    /// <summary>Of a timestamp.</summary>
    private const int MaxDigits = 20;

    /// <summary><c>X-Webhook-Signature</c>: lower-case hex HMAC-SHA256 of the body, always of one secret.</summary>
    public static string Hex(Secret secret, ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret.TextBytes, body, hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>
    /// <c>webhook-signature</c> of Standard Webhooks 1.0.0: <c>v1,</c> and the base64 HMAC-SHA256 of
    /// <c>id.timestamp.body</c>, one for each secret, separated by a space.
    /// </summary>
    public static string Standard(Secret[] secrets, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        // One buffer and one call: a keyed hash that is fed piece by piece costs more than the copy.
        var signed = ArrayPool<byte>.Shared.Rent(id.Length + MaxDigits + 2 + body.Length);
        Utf8.TryWrite(signed, CultureInfo.InvariantCulture, $"{id}.{timestamp}.", out var head);
        body.CopyTo(signed.AsSpan(head));
        var text = "";
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<char> base64 = stackalloc char[Base64.GetMaxEncodedToUtf8Length(HMACSHA256.HashSizeInBytes)];
        foreach (var secret in secrets)
        {
            HMACSHA256.HashData(secret.Key, signed.AsSpan(0, head + body.Length), hash);
            Convert.TryToBase64Chars(hash, base64, out _);
            text = string.Concat(text, text.Length == 0 ? "v1," : " v1,", base64);
        }

        ArrayPool<byte>.Shared.Return(signed);
        return text;
    }
}
