using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace PilotHooks.ServiceDefaults.Api;

/// <summary>
/// Signs and reads the token of an internal call: whose it is, what it may do, and until when. One HMAC for each call, so
/// nothing is remembered and nothing has to be revoked.
/// </summary>
public sealed class CallerTokens(IOptions<GatewayOptions> options, TimeProvider time)
{
    private const string Version = "caller.v1";
    private const string Reading = "read";
    private const string Changing = "full";
    private const string Tenant = "tenant";
    private const string OfNumber = "number";

    // Long enough for clocks that differ by a minute or two, short enough that a token that got out is soon worthless.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private readonly byte[][] _keys = [.. options.Value.SigningKeys.Select(Encoding.UTF8.GetBytes)];

    /// <summary>The token for a call by this caller, made now.</summary>
    public string Sign(Caller caller) => Write(caller, time.GetUtcNow() + Lifetime, _keys[0]);

    /// <summary>Who calls, as the request's token says; null without one that holds.</summary>
    internal Caller? Read(HttpRequest request)
        => request.Headers[GatewayOptions.CallerHeader] is [{ Length: > 0 } token] ? Read(token, time.GetUtcNow(), _keys)
            : Gateway.FormerCaller(request, options.Value);

    /// <summary>The token's text: what it says and the signature, each in base64url.</summary>
    public static string Write(Caller caller, DateTimeOffset expiresAt, byte[] key)
    {
        var said = Encoding.UTF8.GetBytes(string.Join('\n',
        [
            Version,
            expiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            caller.ReadsOnly ? Reading : Changing,
            caller.KeyId,
            caller.NumberId is null ? Tenant : OfNumber,
            caller.NumberId ?? "",
        ]));
        return $"{Base64Url.EncodeToString(said)}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, said))}";
    }

    /// <summary>What a token says, if one of the keys signed it and it has not expired.</summary>
    public static Caller? Read(string token, DateTimeOffset now, IReadOnlyList<byte[]> keys)
    {
        if (token.Split('.') is not [var saidText, var signatureText] || !Base64Url.IsValid(saidText) || !Base64Url.IsValid(signatureText))
        {
            return null;
        }

        var (said, signature) = (Base64Url.DecodeFromChars(saidText), Base64Url.DecodeFromChars(signatureText));
        if (!keys.Any(key => CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, said), signature)))
        {
            return null;
        }

        return Encoding.UTF8.GetString(said).Split('\n', 6) is [Version, var expiry, Reading or Changing, var keyId, Tenant or OfNumber, var number] fields
            && long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && now.ToUnixTimeSeconds() < seconds
            && (fields[4] == Tenant) == (number.Length == 0)
            ? new Caller(number.Length == 0 ? null : number, keyId, fields[2] == Reading)
            : null;
    }
}
