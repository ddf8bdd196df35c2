using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace PilotHooks.Console.Keys;

/// <summary>Makes and hashes keys.</summary>
internal static class ApiKeySecret
{
    public const string Prefix = "ps_";
    private const int RandomBytes = 32;

    // Base64Url.IsValid would let white space pass.
    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

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
            && !key.AsSpan(Prefix.Length).ContainsAnyExcept(Letters);
}
