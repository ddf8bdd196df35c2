using System.Buffers;
using System.Text;
using PilotHooks.ServiceDefaults.Text;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Keeps the beginning of an answer's body for people to read. Nothing depends on it: a body that is cut, broken or slow is
/// kept as far as it came.
/// </summary>
internal static class ResponseExcerpt
{
    private const int MaxBytes = 4096;

    /// <summary>Read beyond that, to see whether a character ends there.</summary>
    private const int Ahead = 64;

    /// <param name="content">The answer's.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<string?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength == 0)
        {
            return null;
        }

        var length = 0;
        var kept = ArrayPool<byte>.Shared.Rent(MaxBytes + Ahead);
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            int count;
            while (length < MaxBytes + Ahead && (count = await stream.ReadAsync(kept.AsMemory(length, MaxBytes + Ahead - length), cancellationToken)) > 0)
            {
                length += count;
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            // What came before is kept.
        }

        var text = length == 0 ? null : Text(kept.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(kept);
        return text;
    }

    private static string Text(ReadOnlySpan<byte> utf8)
    {
        // PostgreSQL's text holds no NUL.
        var text = Encoding.UTF8.GetString(utf8).Replace('\0', '\uFFFD');
        return utf8.Length <= MaxBytes ? text : TextCut.Cut(text, Encoding.UTF8.GetCharCount(utf8[..EndOfCharacter(utf8)]), mark: "");
    }

    /// <summary>Where the bytes of the last character that begins within the limit begin, unless they end there.</summary>
    private static int EndOfCharacter(ReadOnlySpan<byte> utf8)
    {
        var end = MaxBytes;
        while (end > MaxBytes - 3 && (utf8[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return end;
    }
}
