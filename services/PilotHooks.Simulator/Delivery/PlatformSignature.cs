using System.Security.Cryptography;
using System.Text;

namespace PilotHooks.Simulator.Delivery;

/// <summary>The platform's signature: lower-case hex of HMAC-SHA256 over the raw body, keyed with the whole secret text.</summary>
internal static class PlatformSignature
{
    public const string Header = "X-Webhook-Signature";

    public static string Of(ReadOnlySpan<byte> body, string secret) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
}
