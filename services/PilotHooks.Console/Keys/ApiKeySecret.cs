using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace PilotHooks.Console.Keys;

/// <summary>Makes and hashes keys.</summary>
internal static class ApiKeySecret
{
    private const string Prefix = "ps_";
    private const int RandomBytes = 32;

    /// <summary>A new key: <c>ps_</c> and 256 random bits.</summary>
    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>
    /// SHA-256, on purpose not a slow hash: those make guessing a person's password dear, and nobody guesses 256 random
    /// bits, while every call of the API would pay for it.
    /// </summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Whether <see cref="Create"/> may have made it; anything else needs no look into the database.</summary>
    public static bool LooksLikeOne(string key)
        => key.StartsWith(Prefix, StringComparison.Ordinal)
            && key.Length == Prefix.Length + Base64Url.GetEncodedLength(RandomBytes)
            && Base64Url.IsValid(key.AsSpan(Prefix.Length));
}
