using System.Text;

namespace PilotHooks.Ingress.Sources;

/// <summary>
/// The secrets of a source, <c>Sources:&lt;name&gt;:Secrets</c>: a list, or one string with commas between, since a parameter is
/// one string.
/// </summary>
internal static class SecretList
{
    public const string Key = "Secrets";

    /// <summary>A shorter key can be guessed: 128 bits.</summary>
    public const int MinBytes = 16;

    private const string SecretPrefix = "whsec_";

    /// <summary>The keys in bytes; what is wrong with them is added to the failures, which tell no secret.</summary>
    public static byte[][] Parse(IConfigurationSection source, SourceAuthentication authentication, SecretEncoding encoding, List<string> failures)
    {
        if (authentication == SourceAuthentication.None)
        {
            return [];
        }

        var (path, texts) = ($"{source.Path}:{Key}", Texts(source.GetSection(Key)));
        if (texts.Count == 0 || texts.Any(string.IsNullOrWhiteSpace))
        {
            failures.Add(
                $"{path} is empty, and {source.Path}:Authentication is '{Word(authentication)}'. Set {path}:0 "
                + $"(environment: {path.Replace(":", "__", StringComparison.Ordinal)}__0) to the secret that the provider shows, several for a change of secrets.");
            return [];
        }

        var decodes = authentication == SourceAuthentication.Hmac && encoding == SecretEncoding.Base64;
        var keys = texts.Select(text => decodes ? Decode(text) : Encoding.UTF8.GetBytes(text)).ToList();
        if (keys.Contains(null))
        {
            failures.Add($"{path} holds one that is not base64 after 'whsec_', and {source.Path}:SecretEncoding is 'base64'.");
        }

        if (keys.Any(key => key?.Length < MinBytes))
        {
            failures.Add($"{path} holds one of fewer than {MinBytes} bytes{(decodes ? " once it is decoded" : "")}, which can be guessed.");
        }

        return [.. keys.OfType<byte[]>()];
    }

    private static List<string> Texts(IConfigurationSection secrets)
        =>
        [
            .. secrets.GetChildren().Select(secret => secret.Value ?? ""),
            .. (secrets.Value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        ];

    /// <summary>The bytes that the base64 after <c>whsec_</c> stands for; null if it is none.</summary>
    private static byte[]? Decode(string secret)
    {
        var text = secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : secret;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    private static string Word(SourceAuthentication authentication) => SourceWords.Authentications.First(word => word.Value == authentication).Key;
}
