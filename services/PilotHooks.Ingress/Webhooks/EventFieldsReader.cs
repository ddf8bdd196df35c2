using System.Text.Json;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>
/// Finds <see cref="EventFields"/> in one pass over the body, without a document in memory. The whole body is read, so
/// that what is accepted is JSON to its last byte; what is not looked for may be anything.
/// </summary>
internal ref partial struct EventFieldsReader
{
    /// <summary>Longer than any name that is looked for, escapes included.</summary>
    private const int MaxEscapedName = 192;

    private Utf8JsonReader _json;
    private string? _repeated;

    public EventFieldsReader(ReadOnlySpan<byte> body)
    {
        _json = new Utf8JsonReader(body);
    }

    /// <summary>A field that stands twice where one is looked for, so that nobody can tell which one is meant.</summary>
    public readonly string? Repeated => _repeated;

    /// <summary>Reads them.</summary>
    /// <returns>False if the body is JSON, but no object.</returns>
    /// <exception cref="JsonException">The body is not JSON, or nested more than 64 deep.</exception>
    public bool Read(out EventFields fields)
    {
        fields = default;
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            // An array or a value: still to be read to its end, so that what is not JSON is said first.
            while (_json.Read())
            {
            }

            return false;
        }

        ReadTop(ref fields);
        while (_json.Read())
        {
        }

        return true;
    }

    private void ReadTop(ref EventFields fields)
    {
        var hasData = false;
        var hasEntry = false;
        while (NextName(out var name))
        {
            if (name.SequenceEqual("event"u8))
            {
                Take(ref fields.Event, "event");
            }
            else if (name.SequenceEqual("data"u8))
            {
                Once(ref hasData, "data");
                ReadData(ref fields);
            }
            else if (name.SequenceEqual("type"u8))
            {
                Take(ref fields.Type, "type");
            }
            else if (name.SequenceEqual("created_at"u8))
            {
                Take(ref fields.CreatedAtSeconds, "created_at");
            }
            else if (name.SequenceEqual("callId"u8))
            {
                Take(ref fields.CallId, "callId");
            }
            else if (name.SequenceEqual("externalCallId"u8))
            {
                Take(ref fields.ExternalCallId, "externalCallId");
            }
            else if (name.SequenceEqual("status"u8))
            {
                Take(ref fields.Status, "status");
            }
            else if (name.SequenceEqual("direction"u8))
            {
                Take(ref fields.Direction, "direction");
            }
            else if (name.SequenceEqual("entry"u8))
            {
                Once(ref hasEntry, "entry");
                ReadEntries(ref fields);
            }
            else if (!TryTakeParty(ref fields.Top, name) && !TryReadNative(ref fields, name))
            {
                SkipValue();
            }
        }

        // "id" is the platform's event id; a flat event of the other format would have its own there.
        fields.EnvelopeId = fields.Top.Id;
    }

    private void ReadData(ref EventFields fields)
    {
        if (!BeginObject())
        {
            return;
        }

        while (NextName(out var name))
        {
            if (name.SequenceEqual("object"u8))
            {
                ReadReport(ref fields);
            }
            else if (name.SequenceEqual("entry"u8))
            {
                ReadEntries(ref fields);
            }
            else if (!TryTakeParty(ref fields.Data, name) && !TryReadNative(ref fields, name))
            {
                SkipValue();
            }
        }
    }

    private bool TryTakeParty(ref PartyFields fields, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("id"u8))
        {
            Take(ref fields.Id, "id");
        }
        else if (name.SequenceEqual("messageId"u8))
        {
            Take(ref fields.MessageId, "messageId");
        }
        else if (name.SequenceEqual("numberId"u8))
        {
            Take(ref fields.NumberId, "numberId");
        }
        else if (name.SequenceEqual("from"u8))
        {
            Take(ref fields.From, "from");
        }
        else if (name.SequenceEqual("to"u8))
        {
            Take(ref fields.To, "to");
        }
        else if (name.SequenceEqual("phone"u8))
        {
            Take(ref fields.Phone, "phone");
        }
        else if (name.SequenceEqual("createdAt"u8))
        {
            Take(ref fields.CreatedAt, "createdAt");
        }
        else if (name.SequenceEqual("timestamp"u8))
        {
            Take(ref fields.Timestamp, "timestamp");
        }
        else
        {
            return false;
        }

        return true;
    }

    /// <summary>The platform's <c>data.object</c>.</summary>
    private void ReadReport(ref EventFields fields)
    {
        if (!BeginObject())
        {
            return;
        }

        while (NextName(out var name))
        {
            if (name.SequenceEqual("timestamp"u8))
            {
                TakeFirst(ref fields.ReportTimestamp);
            }
            else if (name.SequenceEqual("reported_at"u8))
            {
                TakeFirst(ref fields.ReportedAt);
            }
            else
            {
                SkipValue();
            }
        }
    }

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

    private void Once(ref bool seen, string name)
    {
        if (seen)
        {
            _repeated ??= name;
        }

        seen = true;
    }

    /// <summary>Takes the value of a field that may stand only once.</summary>
    private void Take(ref JsonText field, string name)
    {
        if (field.Kind != JsonTextKind.Absent)
        {
            _repeated ??= name;
        }

        TakeFirst(ref field);
    }

    private void TakeFirst(ref JsonText field)
    {
        _json.Read();
        if (field.Kind == JsonTextKind.Absent)
        {
            field = _json.TokenType switch
            {
                JsonTokenType.Null => default,
                JsonTokenType.String => new JsonText((int)_json.TokenStartIndex + 1, _json.ValueSpan.Length, _json.ValueIsEscaped ? JsonTextKind.Escaped : JsonTextKind.Plain),
                JsonTokenType.Number => new JsonText((int)_json.TokenStartIndex, _json.ValueSpan.Length, JsonTextKind.Number),
                JsonTokenType.True => new JsonText(0, 0, JsonTextKind.True),
                JsonTokenType.False => new JsonText(0, 0, JsonTextKind.False),
                _ => new JsonText(0, 0, JsonTextKind.Other),
            };
        }

        _json.Skip();
    }
}
