using System.Text.Json;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>The steps through the JSON that the readers of objects are made of.</summary>
internal ref partial struct EventFieldsReader
{
    /// <summary>Longer than any name that is looked for, escapes included.</summary>
    private const int MaxEscapedName = 192;

    /// <summary>The next property's name; false at the object's end.</summary>
    private bool NextName(out ReadOnlySpan<byte> name)
    {
        _json.Read();
        name = _json.ValueIsEscaped ? UnescapedName() : _json.ValueSpan;
        return _json.TokenType != JsonTokenType.EndObject;
    }

    private readonly ReadOnlySpan<byte> UnescapedName()
    {
        if (_json.ValueSpan.Length > MaxEscapedName)
        {
            return default;
        }

        var name = new byte[_json.ValueSpan.Length];
        try
        {
            return name.AsSpan(0, _json.CopyString(name));
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: none of the names that are looked for.
            return default;
        }
    }

    private bool BeginObject() => Begin(JsonTokenType.StartObject);

    private bool BeginArray() => Begin(JsonTokenType.StartArray);

    /// <summary>Steps into the value if it is what was looked for, and over it if not.</summary>
    private bool Begin(JsonTokenType type)
    {
        _json.Read();
        if (_json.TokenType == type)
        {
            return true;
        }

        _json.Skip();
        return false;
    }

    /// <summary>Steps into the array's next object, over whatever else stands before it; false at the array's end.</summary>
    private bool NextObject()
    {
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType == JsonTokenType.StartObject)
            {
                return true;
            }

            _json.Skip();
        }

        return false;
    }

    private void SkipValue()
    {
        _json.Read();
        _json.Skip();
    }

    private void Take(ref JsonText field)
    {
        _json.Read();
        field = _json.TokenType switch
        {
            JsonTokenType.Null => default,
            JsonTokenType.String => new JsonText((int)_json.TokenStartIndex + 1, _json.ValueSpan.Length, _json.ValueIsEscaped ? JsonTextKind.Escaped : JsonTextKind.Plain),
            JsonTokenType.Number => new JsonText((int)_json.TokenStartIndex, _json.ValueSpan.Length, JsonTextKind.Number),
            JsonTokenType.True => new JsonText(0, 0, JsonTextKind.True),
            JsonTokenType.False => new JsonText(0, 0, JsonTextKind.False),
            _ => new JsonText(0, 0, JsonTextKind.Other),
        };
        _json.Skip();
    }

    /// <summary>Whether the value is this text, without escapes.</summary>
    private bool IsText(ReadOnlySpan<byte> text)
    {
        _json.Read();
        var isText = _json.TokenType == JsonTokenType.String && _json.ValueSpan.SequenceEqual(text);
        _json.Skip();
        return isText;
    }
}
