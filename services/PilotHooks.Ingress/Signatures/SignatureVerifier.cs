using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;
using PilotHooks.Ingress.Sources;

namespace PilotHooks.Ingress.Signatures;

/// <summary>
/// Decides whether a request comes from who it says, over the bytes as received (whatsapp-platform-webhooks.md, "Use the
/// raw body"). Every secret is tried and compared in constant time, so that the answer's time tells nothing about them.
/// </summary>
internal static class SignatureVerifier
{
    /// <summary>
    /// All that can be decided before the body is read: a token wholly, a signature whether there is one. Valid means that the
    /// body may be read.
    /// </summary>
    /// <param name="source">Which scheme and secrets.</param>
    /// <param name="given">The header's or URL parameter's values, as received.</param>
    public static SignatureResult VerifyBeforeBody(Source source, StringValues given)
    {
        if (source.Authentication == SourceAuthentication.None)
        {
            return SignatureResult.Valid;
        }

        var isToken = source.Authentication != SourceAuthentication.Hmac;
        if (given.Count != 1 || string.IsNullOrEmpty(given[0]))
        {
            return given.Count > 1
                ? isToken ? SignatureResult.TokenRepeated : SignatureResult.SignatureRepeated
                : isToken ? SignatureResult.TokenMissing : SignatureResult.SignatureMissing;
        }

        if (!HasPrefix(source, given[0]))
        {
            return isToken ? SignatureResult.TokenPrefixMissing : SignatureResult.SignaturePrefixMissing;
        }

        return isToken ? VerifyToken(source.Keys, given[0].AsSpan(PrefixLength(source))) : SignatureResult.Valid;
    }

    /// <summary>What is left once the body is there: whether the signature that <see cref="VerifyBeforeBody"/> saw is one over it.</summary>
    public static SignatureResult VerifyBody(Source source, StringValues given, ReadOnlySpan<byte> body)
        => source.Authentication == SourceAuthentication.Hmac ? VerifyHmac(source, given[0].AsSpan(PrefixLength(source)), body) : SignatureResult.Valid;

    private static bool HasPrefix(Source source, string? value)
        => PrefixLength(source) == 0 || value.AsSpan().StartsWith(source.Prefix, StringComparison.OrdinalIgnoreCase);

    private static int PrefixLength(Source source) => source.Authentication == SourceAuthentication.QueryToken ? 0 : source.Prefix.Length;

    private static SignatureResult VerifyHmac(Source source, ReadOnlySpan<char> text, ReadOnlySpan<byte> body)
    {
        // One byte more than a signature has, so that one too long is seen as such.
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes + 1];
        if (!TryDecode(text, source.Encoding, signature, out var length) || length != HMACSHA256.HashSizeInBytes)
        {
            return SignatureResult.SignatureMalformed;
        }

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var matches = false;
        foreach (var key in source.Keys)
        {
            HMACSHA256.HashData(key, body, expected);
            matches |= CryptographicOperations.FixedTimeEquals(expected, signature[..length]);
        }

        return matches ? SignatureResult.Valid : SignatureResult.SignatureMismatch;
    }

    /// <summary>Tokens are compared by their hashes: the comparison itself would tell a token's length.</summary>
    private static SignatureResult VerifyToken(byte[][] tokens, ReadOnlySpan<char> text)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        Span<byte> given = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)), given);
        ArrayPool<byte>.Shared.Return(bytes, clearArray: true);

        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        var matches = false;
        foreach (var token in tokens)
        {
            SHA256.HashData(token, expected);
            matches |= CryptographicOperations.FixedTimeEquals(expected, given);
        }

        return matches ? SignatureResult.Valid : SignatureResult.TokenMismatch;
    }

    private static bool TryDecode(ReadOnlySpan<char> text, SignatureEncoding encoding, Span<byte> bytes, out int length)
    {
        if (encoding == SignatureEncoding.Base64)
        {
            return Convert.TryFromBase64Chars(text, bytes, out length);
        }

        return Convert.FromHexString(text, bytes, out _, out length) == OperationStatus.Done;
    }
}
