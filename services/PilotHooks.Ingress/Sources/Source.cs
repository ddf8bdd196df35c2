using System.Collections.Frozen;
using System.Text;

namespace PilotHooks.Ingress.Sources;

/// <summary>The words of <see cref="SourceOptions"/>.</summary>
internal static class Words
{
    public static readonly FrozenDictionary<string, SourceFormat> Formats = new Dictionary<string, SourceFormat>
    {
        ["pilot-status"] = SourceFormat.PilotStatus,
        ["platform"] = SourceFormat.Platform,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static readonly FrozenDictionary<string, SourceAuthentication> Authentications = new Dictionary<string, SourceAuthentication>
    {
        ["none"] = SourceAuthentication.None,
        ["query-token"] = SourceAuthentication.QueryToken,
        ["header-token"] = SourceAuthentication.HeaderToken,
        ["hmac"] = SourceAuthentication.Hmac,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static readonly FrozenSet<string> Encodings = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "hex", "base64");

    public static readonly FrozenSet<string> SecretEncodings = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "text", "base64");
}

/// <summary>A source as the request path needs it: every word decided, every key in bytes.</summary>
internal sealed class Source
{
    private const string SecretPrefix = "whsec_";

    public Source(string name, SourceOptions options)
    {
        Name = name;
        Format = Words.Formats[options.Format];
        Authentication = Words.Authentications[options.Authentication];
        HeaderName = options.HeaderName;
        Prefix = options.Prefix;
        IsBase64 = options.Encoding.Equals("base64", StringComparison.OrdinalIgnoreCase);
        TokenParameter = options.TokenParameter;
        var decode = Authentication == SourceAuthentication.Hmac && options.SecretEncoding.Equals("base64", StringComparison.OrdinalIgnoreCase);
        Keys = Array.ConvertAll(options.Secrets, secret => decode ? DecodeSecret(secret)! : Encoding.UTF8.GetBytes(secret));
        RateLimit = options.RateLimit;
        NumberId = options.NumberId;
    }

    public string Name { get; }

    public SourceFormat Format { get; }

    public SourceAuthentication Authentication { get; }

    public string HeaderName { get; }

    public string Prefix { get; }

    /// <summary>Whether a signature is base64 rather than hex.</summary>
    public bool IsBase64 { get; }

    public string TokenParameter { get; }

    /// <summary>HMAC keys, or tokens in UTF-8.</summary>
    public byte[][] Keys { get; }

    public int? RateLimit { get; }

    public string? NumberId { get; }

    /// <summary>The bytes that the base64 after <c>whsec_</c> stands for; null if it is none.</summary>
    public static byte[]? DecodeSecret(string secret)
    {
        var text = secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : secret;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
