using System.Text.Json;
using System.Text.Unicode;
using PilotHooks.Ingress.Numbers;
using PilotHooks.Ingress.Sources;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>
/// Names an event, derives its id from its duplicate key and finds its number and time. The keys (http-api.md): messages
/// by event and id; numbers by event, number and time; calls by event, call, status and time; the platform by its id;
/// everything else by its bytes.
/// </summary>
internal static class EventParser
{
    /// <summary>The names and numbers that become AMQP headers and database columns.</summary>
    private const int MaxName = 255;

    /// <summary>Null if the body is an event; else why it is none.</summary>
    public static Rejection? Parse(Source source, ReadOnlySpan<byte> body, out ProviderEvent parsed)
    {
        parsed = default;
        if (Check(body, out var fields) is { } rejection)
        {
            return rejection;
        }

        return source.Format == SourceFormat.Platform
            ? ParsePlatform(source, body, in fields, out parsed)
            : ParsePilotStatus(source, body, in fields, out parsed);
    }

    private static Rejection? Check(ReadOnlySpan<byte> body, out EventFields fields)
    {
        fields = default;
        if (body.IsEmpty)
        {
            return Malformed("The body is empty. Send the event as a JSON object.");
        }

        if (body.StartsWith("\uFEFF"u8))
        {
            return Malformed("The body starts with a byte order mark, which JSON may not have.");
        }

        if (!Utf8.IsValid(body))
        {
            return Malformed("The body is not UTF-8.");
        }

        var reader = new EventFieldsReader(body);
        try
        {
            if (!reader.Read(out fields))
            {
                return Malformed("The body is JSON, but no object.");
            }
        }
        catch (JsonException exception)
        {
            return Malformed($"The body is not JSON, or nested more than 64 deep: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.");
        }

        return reader.Repeated is { } name
            ? Malformed($"The field '{name}' stands twice, so nobody can tell which one is meant.")
            : null;
    }

    private static Rejection? ParsePilotStatus(Source source, ReadOnlySpan<byte> body, in EventFields fields, out ProviderEvent parsed)
    {
        parsed = default;
        if (!fields.Event.TryGetIdentity(body, out var name) || !fields.Event.IsString)
        {
            if (fields.Event.Kind != JsonTextKind.Absent || !fields.HasNativeCalls)
            {
                return NoName("event");
            }

            name = "calls"u8;
        }

        if (name.Length > MaxName)
        {
            return TooLong("event");
        }

        var (eventName, kind) = EventNames.Resolve(SourceFormat.PilotStatus, name);
        Span<byte> buffer = stackalloc byte[EventId.BufferSize];
        if (!TryIdentifyPilotStatus(source, body, in fields, name, buffer, out var eventId))
        {
            if (kind != EventKind.UnknownEventReceived)
            {
                return Unidentified(eventName, name);
            }

            eventId = ByBytes(source, body, buffer);
        }

        var isCall = name.StartsWith("call."u8) || kind == EventKind.CallSignalled;
        ref readonly var numberIdField = ref fields.Data.NumberId.Kind == JsonTextKind.Absent ? ref fields.Top.NumberId : ref fields.Data.NumberId;
        var numberId = numberIdField.AsString(body);
        if (numberId?.Length > MaxName)
        {
            return TooLong("numberId");
        }

        parsed = new ProviderEvent
        {
            Name = eventName,
            Kind = kind,
            EventId = eventId,
            NumberId = numberId ?? source.NumberId,
            OccurredAt = isCall
                ? fields.Top.Timestamp.AsTime(body) ?? fields.NativeTimestamp.AsTime(body) ?? fields.Top.CreatedAt.AsTime(body)
                : fields.Data.CreatedAt.AsTime(body) ?? fields.Data.Timestamp.AsTime(body) ?? fields.Top.CreatedAt.AsTime(body)
                    ?? fields.Top.Timestamp.AsTime(body) ?? fields.CreatedAtSeconds.AsTime(body),
            OwnPhone = isCall || numberId is null ? default : OwnPhone(body, in fields, kind),
            Parties = isCall && numberId is null ? Parties(body, in fields) : default,
        };
        return null;
    }

    private static Rejection? ParsePlatform(Source source, ReadOnlySpan<byte> body, in EventFields fields, out ProviderEvent parsed)
    {
        parsed = default;
        if (!fields.Type.TryGetIdentity(body, out var name) || !fields.Type.IsString)
        {
            return NoName("type");
        }

        if (name.Length > MaxName)
        {
            return TooLong("type");
        }

        var (eventName, kind) = EventNames.Resolve(SourceFormat.Platform, name);
        if (!fields.EnvelopeId.TryGetIdentity(body, out var id))
        {
            return new Rejection(StatusCodes.Status400BadRequest, "unidentified", "The event has no 'id', by which it is told from its own repetition.");
        }

        Span<byte> buffer = stackalloc byte[EventId.BufferSize];
        var key = new EventId(buffer, source.Name, "platform"u8);
        key.Add(id);
        var numberId = fields.Data.NumberId.AsString(body) ?? fields.Top.NumberId.AsString(body);
        if (numberId?.Length > MaxName)
        {
            return TooLong("numberId");
        }

        var createdAt = fields.CreatedAtSeconds.AsTime(body);
        parsed = new ProviderEvent
        {
            Name = eventName,
            Kind = kind,
            EventId = key.ToGuid(),
            NumberId = numberId ?? source.NumberId,
            OccurredAt = kind == EventKind.MessageStatusReported
                ? fields.ReportTimestamp.AsTime(body) ?? fields.ReportedAt.AsTime(body) ?? createdAt
                : createdAt,
        };
        return null;
    }

    private static bool TryIdentifyPilotStatus(Source source, ReadOnlySpan<byte> body, in EventFields fields, ReadOnlySpan<byte> name, Span<byte> buffer, out Guid eventId)
    {
        eventId = default;
        EventId key;
        if (name.StartsWith("message."u8))
        {
            key = new EventId(buffer, source.Name, "message"u8);
            key.Add(name);
            if (fields.Data.Id.TryGetIdentity(body, out var id))
            {
                key.Add("id"u8);
            }
            else if (fields.Data.MessageId.TryGetIdentity(body, out id))
            {
                key.Add("messageId"u8);
            }
            else
            {
                return false;
            }

            key.Add(id);
        }
        else if (name.StartsWith("number."u8))
        {
            if (!fields.Data.NumberId.TryGetIdentity(body, out var numberId) || !fields.Data.CreatedAt.TryGetIdentity(body, out var createdAt))
            {
                return false;
            }

            key = new EventId(buffer, source.Name, "number"u8);
            key.Add(name);
            key.Add(numberId);
            key.Add(createdAt);
        }
        else if (name.StartsWith("call."u8))
        {
            key = new EventId(buffer, source.Name, "call"u8);
            key.Add(name);
            if (!TryAddCall(ref key, body, in fields))
            {
                return false;
            }
        }
        else
        {
            eventId = ByBytes(source, body, buffer);
            return true;
        }

        eventId = key.ToGuid();
        return true;
    }

    private static bool TryAddCall(ref EventId key, ReadOnlySpan<byte> body, in EventFields fields)
    {
        if (fields.CallId.TryGetIdentity(body, out var id))
        {
            key.Add("callId"u8);
            key.Add(id);
        }
        else if (fields.ExternalCallId.TryGetIdentity(body, out id))
        {
            key.Add("externalCallId"u8);
            key.Add(id);
        }
        else if (fields.Top.From.TryGetIdentity(body, out var from) && fields.Top.To.TryGetIdentity(body, out var to))
        {
            key.Add(from);
            key.Add(to);
        }
        else
        {
            return false;
        }

        if (fields.Status.TryGetIdentity(body, out var status))
        {
            key.Add(status);
        }
        else
        {
            key.AddAbsent();
        }

        if (!fields.Top.Timestamp.TryGetIdentity(body, out var timestamp))
        {
            return false;
        }

        key.Add(timestamp);
        return true;
    }

    private static Guid ByBytes(Source source, ReadOnlySpan<byte> body, Span<byte> buffer)
    {
        var key = new EventId(buffer, source.Name, "bytes"u8);
        key.AddHashOf(body);
        return key.ToGuid();
    }

    /// <summary>The business's own phone: the sender of what is outbound, the recipient of what is inbound.</summary>
    private static Phone OwnPhone(ReadOnlySpan<byte> body, in EventFields fields, EventKind kind) => kind switch
    {
        EventKind.MessageStatusReported => ToPhone(body, fields.Data.From),
        EventKind.MessageReceived => ToPhone(body, fields.Data.To),
        EventKind.NumberChanged => ToPhone(body, fields.Data.Phone),
        _ => default,
    };

    /// <summary>
    /// Who called whom, the business first as far as the direction tells: it is called in what is inbound and asked in a
    /// permission, and calls in what is outbound. A native envelope names its own phone.
    /// </summary>
    private static (Phone First, Phone Second) Parties(ReadOnlySpan<byte> body, in EventFields fields)
    {
        var display = ToPhone(body, fields.DisplayPhone);
        var direction = fields.Direction.Kind == JsonTextKind.Absent ? fields.NativeDirection : fields.Direction;
        var from = ToPhone(body, fields.Top.From.Kind == JsonTextKind.Absent ? fields.NativeFrom : fields.Top.From);
        var to = ToPhone(body, fields.Top.To.Kind == JsonTextKind.Absent ? fields.NativeTo : fields.Top.To);
        var isOutbound = direction.TryGetIdentity(body, out var word) && (word.SequenceEqual("OUTBOUND"u8) || word.SequenceEqual("BUSINESS_INITIATED"u8));
        return display.IsKnown ? (display, isOutbound ? from : to) : isOutbound ? (from, to) : (to, from);
    }

    private static Phone ToPhone(ReadOnlySpan<byte> body, JsonText field)
        => field.TryGetIdentity(body, out var text) ? Phone.Parse(text) : default;

    private static Rejection Malformed(string detail) => new(StatusCodes.Status400BadRequest, "malformed", detail);

    private static Rejection NoName(string field) => new(
        StatusCodes.Status400BadRequest, "unnamed", $"The body has no event name: '{field}' is to be a string that is not empty.");

    private static Rejection TooLong(string field) => new(
        StatusCodes.Status400BadRequest, "too-long", $"'{field}' is longer than {MaxName} bytes.");

    private static Rejection Unidentified(string eventName, ReadOnlySpan<byte> name) => new(
        StatusCodes.Status400BadRequest,
        "unidentified",
        $"{eventName} lacks what tells it from its own repetition: " + (name.StartsWith("message."u8)
            ? "'data.id' or 'data.messageId'."
            : name.StartsWith("number."u8)
                ? "'data.numberId' and 'data.createdAt'."
                : "'timestamp' and one of 'callId', 'externalCallId' or both 'from' and 'to'."));
}
