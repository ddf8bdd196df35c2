using System.IO.Compression;
using Microsoft.Extensions.Primitives;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>What came of unpacking a body.</summary>
internal enum UnpackResult
{
    Unpacked,
    TooLarge,
    Broken,
}

/// <summary>
/// Unpacks what a provider packed. The framework's request decompression is not taken, because it hides the bytes as they
/// came, which a signature may be made over.
/// </summary>
internal static class ContentCoding
{
    /// <summary>Nobody packs more often; each layer costs a pass.</summary>
    private const int MaxCodings = 2;

    /// <summary>
    /// The codings of a request in the order in which they were applied, empty for none. Null if one of them is not known here.
    /// </summary>
    public static string[]? Of(StringValues header)
    {
        if (header.Count == 0)
        {
            return [];
        }

        string[] codings =
        [
            .. header.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(coding => coding.ToLowerInvariant()).Where(coding => coding != "identity"),
        ];
        return codings.Length <= MaxCodings && codings.All(coding => coding is "gzip" or "x-gzip" or "deflate" or "br") ? codings : null;
    }

    /// <summary>Unpacks to at most <see cref="WebhookBody.MaxLength"/> bytes: what is larger costs no more than that.</summary>
    public static UnpackResult Unpack(string[] codings, byte[] packed, out byte[] body)
    {
        body = packed;
        foreach (var coding in codings.Reverse())
        {
            try
            {
                using var stream = Open(coding, body);
                if (ReadAll(stream) is not { } unpacked)
                {
                    return UnpackResult.TooLarge;
                }

                body = unpacked;
            }
            catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException or IOException)
            {
                return UnpackResult.Broken;
            }
        }

        return UnpackResult.Unpacked;
    }

    private static Stream Open(string coding, byte[] packed) => coding switch
    {
        "br" => new BrotliStream(new MemoryStream(packed, writable: false), CompressionMode.Decompress),
        // HTTP's deflate is zlib's format (RFC 9110, 8.4.1.2), but some send what the name says.
        "deflate" when !IsZlib(packed) => new DeflateStream(new MemoryStream(packed, writable: false), CompressionMode.Decompress),
        "deflate" => new ZLibStream(new MemoryStream(packed, writable: false), CompressionMode.Decompress),
        _ => new GZipStream(new MemoryStream(packed, writable: false), CompressionMode.Decompress),
    };

    private static bool IsZlib(byte[] packed) => packed is [var method, var flags, ..] && (method & 0x0F) == 8 && ((method << 8) | flags) % 31 == 0;

    /// <summary>Null if it is more than <see cref="WebhookBody.MaxLength"/>.</summary>
    private static byte[]? ReadAll(Stream stream)
    {
        var body = GC.AllocateUninitializedArray<byte>(16 * 1024);
        var length = 0;
        while (true)
        {
            var read = stream.ReadAtLeast(body.AsSpan(length), body.Length - length, throwOnEndOfStream: false);
            length += read;
            if (length > WebhookBody.MaxLength)
            {
                return null;
            }

            if (length < body.Length)
            {
                Array.Resize(ref body, length);
                return body;
            }

            // One byte more than the most, which tells that there is more.
            Array.Resize(ref body, Math.Min(body.Length * 4, WebhookBody.MaxLength + 1));
        }
    }
}
