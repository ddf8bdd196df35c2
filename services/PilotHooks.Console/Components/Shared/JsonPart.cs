using System.Text;
using System.Text.Json;

namespace PilotHooks.Console.Components.Shared;

/// <summary>
/// A value of a JSON text, for showing it: every name, string and number in the text's own characters, escapes included.
/// </summary>
/// <param name="Name">Of a member, without its quotes; null in an array and for the whole.</param>
/// <param name="Kind">The token that it is or starts with.</param>
/// <param name="Raw">Of a value that has no parts.</param>
/// <param name="Parts">Of an object or an array; else null.</param>
internal sealed record JsonPart(string? Name, JsonTokenType Kind, string Raw, IReadOnlyList<JsonPart>? Parts)
{
    /// <summary>Null if the text is not JSON.</summary>
    public static JsonPart? Parse(string text)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { MaxDepth = 256 });
            reader.Read();
            var whole = Read(ref reader, name: null);
            return reader.Read() ? null : whole;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonPart Read(ref Utf8JsonReader reader, string? name)
    {
        var kind = reader.TokenType;
        if (kind is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            var raw = Encoding.UTF8.GetString(reader.ValueSpan);
            return new JsonPart(name, kind, kind == JsonTokenType.String ? $"\"{raw}\"" : raw, Parts: null);
        }

        var parts = new List<JsonPart>();
        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
        {
            string? member = null;
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                member = Encoding.UTF8.GetString(reader.ValueSpan);
                reader.Read();
            }

            parts.Add(Read(ref reader, member));
        }

        return new JsonPart(name, kind, "", parts);
    }
}
