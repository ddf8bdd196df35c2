using System.Security.Cryptography;
using System.Text;

namespace PilotHooks.Relay.Endpoints;

/// <summary>
/// A signing secret: <c>whsec_</c> and the base64 of 24 to 64 bytes, as Standard Webhooks defines it. The text is never
/// part of an answer, a log or a tag, and <see cref="ToString"/> keeps it so.
/// </summary>
internal sealed class Secret
{
    private const string Prefix = "whsec_";
    private const int MinBytes = 24;
    private const int MaxBytes = 64;
    private const int MadeBytes = 32;

    private Secret(string text, byte[] key)
    {
        Text = text;
        TextBytes = Encoding.ASCII.GetBytes(text);
        Key = key;
    }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>The same, the key of the hex signature.</summary>
    public byte[] TextBytes { get; }

    /// <summary>The bytes behind the prefix, the key of the Standard Webhooks signature.</summary>
    public byte[] Key { get; }

    public static Secret Make()
    {
        var key = RandomNumberGenerator.GetBytes(MadeBytes);
        return new Secret(Prefix + Convert.ToBase64String(key), key);
    }

    /// <summary>Null if it is not a secret.</summary>
    public static Secret? Parse(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        Span<byte> key = stackalloc byte[MaxBytes];
        return text.Length <= Prefix.Length + 4 * ((MaxBytes + 2) / 3)
            && !text.AsSpan().ContainsAny(" \t\r\n")
            && Convert.TryFromBase64String(text[Prefix.Length..], key, out var length)
            && length >= MinBytes
            ? new Secret(text, key[..length].ToArray())
            : null;
    }

    public override string ToString() => "whsec_(hidden)";
}
