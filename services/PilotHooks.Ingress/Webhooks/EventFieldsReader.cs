using System.Text.Json;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>
/// Finds <see cref="EventFields"/> in one pass over the body, without a document in memory. The whole body is read, so
/// that what is accepted is JSON to its last byte; what is not looked for may be anything. Of a name that stands twice the
/// last one counts, as for every consumer.
/// </summary>
internal ref partial struct EventFieldsReader
{
    private Utf8JsonReader _json;

    public EventFieldsReader(ReadOnlySpan<byte> body, int maxDepth)
    {
        _json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = maxDepth });
    }

    /// <summary>Reads them.</summary>
    /// <returns>False if the body is JSON, but no object.</returns>
    /// <exception cref="JsonException">The body is not JSON, or nested deeper than allowed.</exception>
    public bool Read(out EventFields fields)
    {
        fields = default;
        _json.Read();
        var isObject = _json.TokenType == JsonTokenType.StartObject;
        if (isObject)
        {
            ReadTop(ref fields);
        }

        // To its end in any case, so that what is not JSON is said first.
        while (_json.Read())
        {
        }

        return isObject;
    }

    private void ReadTop(ref EventFields fields)
    {
        while (NextName(out var name))
        {
            if (name.SequenceEqual("event"u8))
            {
                Take(ref fields.Event);
            }
            else if (name.SequenceEqual("data"u8))
            {
                ReadData(ref fields);
            }
            else if (name.SequenceEqual("type"u8))
            {
                Take(ref fields.Type);
            }
            else if (name.SequenceEqual("created_at"u8))
            {
                Take(ref fields.CreatedAtSeconds);
            }
            else if (name.SequenceEqual("callId"u8))
            {
                Take(ref fields.CallId);
            }
            else if (name.SequenceEqual("externalCallId"u8))
            {
                Take(ref fields.ExternalCallId);
            }
            else if (name.SequenceEqual("status"u8))
            {
                Take(ref fields.Status);
            }
            else if (name.SequenceEqual("direction"u8))
            {
                Take(ref fields.Direction);
            }
            else if (!TryTakeParty(ref fields.Top, name) && !TryReadNative(ref fields.TopNative, name))
            {
                SkipValue();
            }
        }
    }

    private void ReadData(ref EventFields fields)
    {
        fields.Data = default;
        fields.DataNative = default;
        fields.ReportTimestamp = fields.ReportedAt = default;
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
            else if (!TryTakeParty(ref fields.Data, name) && !TryReadNative(ref fields.DataNative, name))
            {
                SkipValue();
            }
        }
    }

    private bool TryTakeParty(ref PartyFields fields, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("id"u8))
        {
            Take(ref fields.Id);
        }
        else if (name.SequenceEqual("messageId"u8))
        {
            Take(ref fields.MessageId);
        }
        else if (name.SequenceEqual("numberId"u8))
        {
            Take(ref fields.NumberId);
        }
        else if (name.SequenceEqual("from"u8))
        {
            Take(ref fields.From);
        }
        else if (name.SequenceEqual("to"u8))
        {
            Take(ref fields.To);
        }
        else if (name.SequenceEqual("phone"u8))
        {
            Take(ref fields.Phone);
        }
        else if (name.SequenceEqual("createdAt"u8))
        {
            Take(ref fields.CreatedAt);
        }
        else if (name.SequenceEqual("timestamp"u8))
        {
            Take(ref fields.Timestamp);
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
        fields.ReportTimestamp = fields.ReportedAt = default;
        if (!BeginObject())
        {
            return;
        }

        while (NextName(out var name))
        {
            if (name.SequenceEqual("timestamp"u8))
            {
                Take(ref fields.ReportTimestamp);
            }
            else if (name.SequenceEqual("reported_at"u8))
            {
                Take(ref fields.ReportedAt);
            }
            else
            {
                SkipValue();
            }
        }
    }
}
