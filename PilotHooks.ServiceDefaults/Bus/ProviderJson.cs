using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>
/// Reads a provider's JSON without trusting its types: a field that is absent, null or of another type than expected
/// is not there. An event is accepted before anyone knows its fields, so nothing in it may stop a consumer.
/// </summary>
public static class ProviderJson
{
    // The ingress lets deeper bodies through than the parser's default of 64.
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 1024, AllowDuplicateProperties = true };
    private const int MaxIdBytes = 512;

    /// <summary>Parses an event's payload. The document borrows the payload's memory.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> payload)
        => JsonDocument.Parse(payload.Span.StartsWith(Encoding.UTF8.Preamble) ? payload[Encoding.UTF8.Preamble.Length..] : payload, Options);

    /// <summary>The object in this field; an undefined element, in which nothing is found, where there is none.</summary>
    public static JsonElement Object(this JsonElement parent, string name)
        => parent.Property(name) is { ValueKind: JsonValueKind.Object } value ? value : default;

    /// <summary>The elements of the array in this field, or none.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement parent, string name)
        => parent.Property(name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray() : [];

    /// <summary>What stands at this path; a dot goes one level down, and into the first element of an array. Undefined where nothing does.</summary>
    public static JsonElement At(this JsonElement parent, string path)
    {
        for (var start = 0; ;)
        {
            var dot = path.IndexOf('.', start);
            var value = parent.Property(path.AsSpan(start, (dot < 0 ? path.Length : dot) - start));
            if (dot < 0 || value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
            {
                return dot < 0 ? value : default;
            }

            (parent, start) = (value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().FirstOrDefault() : value, dot + 1);
        }
    }

    /// <summary>
    /// The text in this field, or the digits of a number. Null where it is empty. Characters that PostgreSQL does not
    /// store are left out (NUL) or replaced (half a surrogate pair).
    /// </summary>
    public static string? Text(this JsonElement parent, string name) => parent.Property(name).Text();

    /// <summary>The same of a value at hand.</summary>
    public static string? Text(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Storable(Unescape(value)) is { Length: > 0 } text ? text : null,
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    /// <summary>The text in this field, if it can be an id or another word to find things by; see <see cref="AsId"/>.</summary>
    public static string? Id(this JsonElement parent, string name) => AsId(parent.Text(name));

    /// <summary>
    /// This text, stored as PostgreSQL can; null where there is none, and where it is longer than any id or phone is: an
    /// index would refuse it, and with it the event.
    /// </summary>
    public static string? AsId(string? text)
        => text is not null && Storable(text) is { Length: > 0 } storable && Encoding.UTF8.GetByteCount(storable) <= MaxIdBytes ? storable : null;

    /// <summary>A count from 0 on, given as a number or as digits; a fraction is cut off.</summary>
    public static int? Count(this JsonElement parent, string name)
        => decimal.TryParse(parent.Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= int.MaxValue
            ? (int)value
            : null;

    /// <summary>Text as PostgreSQL can store it.</summary>
    public static string Storable(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
        {
            return text.Replace("\0", "", StringComparison.Ordinal);
        }

        var storable = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value != 0)
            {
                storable.Append(rune.ToString());
            }
        }

        return storable.ToString();
    }

    private static JsonElement Property(this JsonElement parent, ReadOnlySpan<char> name)
    {
        try
        {
            return parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : default;
        }
        catch (InvalidOperationException)
        {
            // The name of some other field holds half a surrogate pair.
            var sought = name.ToString();
            return parent.EnumerateObject().LastOrDefault(property => NameIs(property, sought)).Value;
        }
    }

    private static bool NameIs(JsonProperty property, string name)
    {
        try
        {
            return property.NameEquals(name);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string Unescape(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, or bytes that are not UTF-8: valid enough as JSON for the ingress to keep.
            return UnescapeLeniently(Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value)[1..^1]));
        }
    }

    private static string UnescapeLeniently(string raw)
    {
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            i++;
            if (raw[i] == 'u')
            {
                text.Append((char)ushort.Parse(raw.AsSpan(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 4;
            }
            else
            {
                text.Append(raw[i] switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other });
            }
        }

        return text.ToString();
    }
}
