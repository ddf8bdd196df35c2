using System.Security.Cryptography;
using System.Text;

namespace PilotHooks.Messaging.Messages;

/// <summary>
/// What makes two events one message: number, direction and <c>id</c>, or <c>messageId</c> where there is no <c>id</c>.
/// Hashed to a row's key, so that a merge looks up one index.
/// </summary>
internal static class MessageKey
{
    private const char Separator = '\u001f';
    private const int MaxLength = 256;

    public static Guid Of(string numberId, string direction, string? id, string? messageId)
        => Hash($"{numberId}{Separator}{direction}{Separator}{(id is null ? "m:" : "i:")}{id ?? messageId}");

    /// <summary>
    /// An identifier as it is stored and looked up: one that is too long for an index is cut and ends in its hash.
    /// </summary>
    public static string? Bounded(string? identifier)
        => identifier is null || identifier.Length <= MaxLength
            ? identifier
            : $"{identifier.AsSpan(0, MaxLength - (2 * SHA256.HashSizeInBytes))}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identifier)))}";

    private static Guid Hash(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}
