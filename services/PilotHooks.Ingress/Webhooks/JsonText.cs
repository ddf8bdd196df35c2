using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using PilotHooks.ServiceDefaults.Bus;

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
    /// The value as text that can name or identify something: a string that shows something and has no control character, or
    /// an integer.
    /// </summary>
    /// <remarks>A string with an escape that stands for no character, such as half a surrogate pair, is none either.</remarks>
    public bool TryGetIdentity(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> text)
    {
        text = default;
        switch (Kind)
        {
            case JsonTextKind.Plain:
                text = body.Slice(Start, Length);
                return !IsBlank(text);
            case JsonTextKind.Number:
                text = body.Slice(Start, Length);
                return Length < 20 && text.IndexOfAny("."u8[0], "e"u8[0], "E"u8[0]) < 0;
            case JsonTextKind.Escaped:
                text = Unescape(body);
                return !IsBlank(text) && text.IndexOfAnyInRange((byte)0, (byte)0x1F) < 0;
            default:
                return false;
        }
    }

    /// <summary>Whether nothing of it is seen. A header of blanks alone is none to whoever reads it from the broker.</summary>
    private static bool IsBlank(ReadOnlySpan<byte> text)
    {
        // So begins nearly every text there is.
        if (text.Length > 0 && text[0] is > 0x20 and < 0x7F)
        {
            return false;
        }

        while (Rune.DecodeFromUtf8(text, out var rune, out var length) == OperationStatus.Done)
        {
            if (!Rune.IsWhiteSpace(rune) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format))
            {
                return false;
            }

            text = text[length..];
        }

        return true;
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

    /// <summary>A time in any of the forms of <see cref="ProviderTime"/>. Null if it is none.</summary>
    public DateTimeOffset? AsTime(ReadOnlySpan<byte> body)
        => Kind == JsonTextKind.Number ? ProviderTime.Parse(body.Slice(Start, Length))
            : TryGetIdentity(body, out var text) ? ProviderTime.Parse(text)
            : null;

    /// <summary>The string itself, or null.</summary>
    public string? AsString(ReadOnlySpan<byte> body)
        => TryGetIdentity(body, out var text) ? Encoding.UTF8.GetString(text) : null;
}
