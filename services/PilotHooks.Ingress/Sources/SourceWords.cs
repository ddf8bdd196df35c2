using System.Collections.Frozen;

namespace PilotHooks.Ingress.Sources;

/// <summary>How a provider's events look.</summary>
internal enum SourceFormat
{
    /// <summary>Pilot Status schema v3: <c>{"event", "data"}</c>, flat for calls.</summary>
    PilotStatus,

    /// <summary>The WhatsApp API Platform's envelope: <c>{"id": "evt_...", "type", "data": {"object"}}</c>.</summary>
    Platform,
}

/// <summary>How a source proves who it is.</summary>
internal enum SourceAuthentication
{
    /// <summary>Not at all: whoever knows the URL may post.</summary>
    None,

    /// <summary>A secret in the URL.</summary>
    QueryToken,

    /// <summary>A secret in a header.</summary>
    HeaderToken,

    /// <summary>HMAC-SHA256 of the raw body in a header.</summary>
    Hmac,
}

/// <summary>How a signature is written.</summary>
internal enum SignatureEncoding
{
    Hex,
    Base64,
}

/// <summary>What of a secret is the key.</summary>
internal enum SecretEncoding
{
    /// <summary>The whole text, <c>whsec_</c> included.</summary>
    Text,

    /// <summary>What the base64 after <c>whsec_</c> decodes to, as Standard Webhooks has it.</summary>
    Base64,
}

/// <summary>The words in which a source is configured, as the README writes them; case does not count.</summary>
internal static class SourceWords
{
    public static readonly FrozenDictionary<string, SourceFormat> Formats = Words(
        ("pilot-status", SourceFormat.PilotStatus), ("platform", SourceFormat.Platform));

    public static readonly FrozenDictionary<string, SourceAuthentication> Authentications = Words(
        ("none", SourceAuthentication.None),
        ("query-token", SourceAuthentication.QueryToken),
        ("header-token", SourceAuthentication.HeaderToken),
        ("hmac", SourceAuthentication.Hmac));

    public static readonly FrozenDictionary<string, SignatureEncoding> Encodings = Words(("hex", SignatureEncoding.Hex), ("base64", SignatureEncoding.Base64));

    public static readonly FrozenDictionary<string, SecretEncoding> SecretEncodings = Words(("text", SecretEncoding.Text), ("base64", SecretEncoding.Base64));

    private static FrozenDictionary<string, T> Words<T>(params (string Word, T Value)[] words)
        => words.ToFrozenDictionary(word => word.Word, word => word.Value, StringComparer.OrdinalIgnoreCase);
}
