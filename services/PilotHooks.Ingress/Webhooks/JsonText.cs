using System.Text;
using System.Text.Json;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>What stands where a field's value was looked for.</summary>
internal enum JsonTextKind : byte
{
    /// <summary>Nothing, or <c>null</c>.</summary>
    Absent,

    /// <summary>A string without escapes: the bytes are the text.</summary>
    Plain,

    /// <summary>A string with escapes.</summary>
    Escaped,

    Number,

    True,

    False,

    /// <summary>An object or an array.</summary>
    Other,
}

/// <summary>
/// A field's value as a place in the body, so that reading an event makes no string that only goes into a hash.
/// </summary>
internal readonly record struct JsonText(int Start, int Length, JsonTextKind Kind)
{
    public bool IsString => Kind is JsonTextKind.Plain or JsonTextKind.Escaped;

    /// <summary>
    /// The value as text that can identify something: a string that is not empty and has no control character, or an
    /// integer. Null otherwise.
    /// </summary>
    /// <remarks>A string with an escape that stands for no character, such as half a surrogate pair, is none either.</remarks>
    public bool TryGetIdentity(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> text)
    {
        text = default;
        switch (Kind)
        {
            case JsonTextKind.Plain:
                text = body.Slice(Start, Length);
                return Length > 0;
            case JsonTextKind.Number:
                text = body.Slice(Start, Length);
                return Length < 20 && text.IndexOfAny("."u8[0], "e"u8[0], "E"u8[0]) < 0;
            case JsonTextKind.Escaped:
                text = Unescape(body);
                return text.Length > 0 && text.IndexOfAnyInRange((byte)0, (byte)0x1F) < 0;
            default:
                return false;
        }
    }

    /// <summary>The string's UTF-8, or nothing if its escapes stand for no text.</summary>
    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body.Slice(Start - 1, Length + 2));
        reader.Read();
        var text = new byte[Length];
        try
        {
            return text.AsSpan(0, reader.CopyString(text));
        }
        catch (InvalidOperationException)
        {
            return default;
        }
    }

    /// <summary>A time as ISO 8601, in UTC where it names no zone, or as Unix seconds, in a string or not. Null if it is none.</summary>
    public DateTimeOffset? AsTime(ReadOnlySpan<byte> body)
    {
        if (!TryGetIdentity(body, out var text))
        {
            return null;
        }

        if (System.Buffers.Text.Utf8Parser.TryParse(text, out long seconds, out var consumed) && consumed == text.Length)
        {
            return seconds is >= 0 and <= 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        }

        if (Kind != JsonTextKind.Plain)
        {
            return null;
        }

        var reader = new Utf8JsonReader(body.Slice(Start - 1, Length + 2));
        reader.Read();
        if (!reader.TryGetDateTime(out var time))
        {
            return null;
        }

        return time.Kind == DateTimeKind.Unspecified
            ? new DateTimeOffset(time, TimeSpan.Zero)
            : new DateTimeOffset(time.ToUniversalTime());
    }

    /// <summary>The string itself, or null.</summary>
    public string? AsString(ReadOnlySpan<byte> body)
        => TryGetIdentity(body, out var text) ? Encoding.UTF8.GetString(text) : null;
}
