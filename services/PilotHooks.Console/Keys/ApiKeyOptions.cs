using System.ComponentModel.DataAnnotations;
using System.Text;

namespace PilotHooks.Console.Keys;

/// <summary>The first tenant key, which exists before the database does.</summary>
internal sealed class ApiKeyOptions
{
    /// <summary>Said where a configured key could be guessed.</summary>
    public const string TooWeak =
        "ApiKey, the first tenant key, needs at least 128 bits: 16 bytes after ps_ (32 hexadecimal or 39 decimal digits), of at least 6 different ones. "
        + "Several with commas between are all accepted. One is made by: echo ps_$(openssl rand -hex 32)";

    private const int MinBits = 128;
    private const int MinDifferent = 6;

    /// <summary>
    /// Compared with what a call carries; never stored, returned or logged. Several, with commas between, are all accepted, so
    /// that one replaces the other without a call refused.
    /// </summary>
    [Required(ErrorMessage = "ApiKey, the first tenant key, is not configured.")]
    public required string ApiKey { get; init; }

    public IReadOnlyList<string> Keys => ApiKey.Split(',', StringSplitOptions.TrimEntries);

    public static bool AreStrong(ApiKeyOptions options) => options.ApiKey is null || options.Keys.All(IsStrong);

    /// <summary>
    /// Whether 128 random bits fit into the key. Nothing can tell that they are random, only that a text is too short for
    /// them or a few letters over and over.
    /// </summary>
    private static bool IsStrong(string key)
    {
        var secret = key.StartsWith(ApiKeySecret.Prefix, StringComparison.Ordinal) ? key[ApiKeySecret.Prefix.Length..] : key;
        var bits = secret.All(char.IsAsciiDigit) ? secret.Length * Math.Log2(10)
            : secret.All(char.IsAsciiHexDigit) ? secret.Length * 4
            : Encoding.UTF8.GetByteCount(secret) * 8;
        return bits >= MinBits && secret.Distinct().Count() >= MinDifferent;
    }
}
