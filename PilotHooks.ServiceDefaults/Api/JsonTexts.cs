using System.Text.Json;
using System.Text.Unicode;

namespace PilotHooks.ServiceDefaults.Api;

/// <summary>Tells bodies whose texts cannot be read, which the parser lets through: whoever asks for such a text gets an exception.</summary>
public static class JsonTexts
{
    /// <summary>
    /// Whether every text and name of this JSON is text: UTF-8, and no escape that is half a surrogate pair. A
    /// <see cref="JsonException"/> where it is no JSON.
    /// </summary>
    public static bool AreWhole(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            return false;
        }

        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && !IsWhole(ref reader))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsWhole(ref Utf8JsonReader reader)
    {
        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
