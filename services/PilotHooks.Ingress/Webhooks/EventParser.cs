using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using PilotHooks.Ingress.Sources;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>
/// Names an event, derives its id from its duplicate key and finds its number and time. Any JSON object is an event: what
/// cannot be read is <see cref="Unrecognized"/>, and told from its repetition by its bytes.
/// </summary>
internal static class EventParser
{
    /// <summary>The names and numbers that become AMQP headers and database columns.</summary>
    private const int MaxName = 255;

    /// <summary>What consumers read, and what they write of it within something else: both end at 1,000.</summary>
    private const int MaxDepth = 512;

    /// <summary>Null if the body is a JSON object; else why it is none.</summary>
    public static Rejection? Parse(Source source, ReadOnlySpan<byte> body, out ProviderEvent parsed)
    {
        parsed = default;
        var json = body.StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..] : body;
        if (ReadFields(json, out var fields, out var isTooDeep) is { } rejection)
        {
            return rejection;
        }

        parsed = source.Format == SourceFormat.Platform ? ParsePlatform(source, json, in fields) : ParsePilotStatus(source, json, in fields);
        if (isTooDeep)
        {
            parsed = NotRecognized(parsed, Unrecognized.TooDeep);
        }

        if (parsed.EventId == Guid.Empty)
        {
            parsed = parsed with { EventId = DuplicateKey.OfBytes(source, body) };
        }

        return null;
    }

    private static Rejection? ReadFields(ReadOnlySpan<byte> json, out EventFields fields, out bool isTooDeep)
    {
        (fields, isTooDeep) = (default, false);
        if (json.IsEmpty)
        {
            return Malformed("The body is empty. Send the event as a JSON object.");
        }

        if (!Utf8.IsValid(json))
        {
            return Malformed("The body is not UTF-8.");
        }

        try
        {
            return Read(json, MaxDepth, out fields);
        }
        catch (JsonException)
        {
            isTooDeep = true;
        }

        try
        {
            // Either it is no JSON, or nested deeper than that.
            return Read(json, int.MaxValue, out fields);
        }
        catch (JsonException exception)
        {
            return Malformed($"The body is not JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.");
        }
    }

    private static Rejection? Read(ReadOnlySpan<byte> json, int maxDepth, out EventFields fields)
        => new EventFieldsReader(json, maxDepth).Read(out fields) ? null : Malformed("The body is JSON, but no object.");

    private static ProviderEvent ParsePilotStatus(Source source, ReadOnlySpan<byte> json, in EventFields fields)
    {
        var native = fields.Native;
        var unnamed = WhyUnnamed(json, fields.Event, out var name);
        if (unnamed is not null && native.HasCalls)
        {
            unnamed = null;
            name = "calls"u8;
        }

        ref readonly var numberIdField = ref fields.Data.NumberId.Kind == JsonTextKind.Absent ? ref fields.Top.NumberId : ref fields.Data.NumberId;
        var (eventName, kind) = unnamed is null ? EventNames.Resolve(SourceFormat.PilotStatus, name) : (EventNames.Unknown, EventKind.UnknownEventReceived);
        var isCall = name.StartsWith("call."u8) || kind == EventKind.CallSignalled;
        var parsed = new ProviderEvent
        {
            Name = eventName,
            Kind = kind,
            NumberId = numberIdField.AsString(json) ?? source.NumberId,
            OccurredAt = isCall
                ? fields.Top.Timestamp.AsTime(json) ?? native.First.Timestamp.AsTime(json) ?? fields.Top.CreatedAt.AsTime(json)
                : fields.Data.CreatedAt.AsTime(json) ?? fields.Data.Timestamp.AsTime(json) ?? fields.Top.CreatedAt.AsTime(json)
                    ?? fields.Top.Timestamp.AsTime(json) ?? fields.CreatedAtSeconds.AsTime(json),
        };
        if (unnamed is not null)
        {
            return NotRecognized(parsed, unnamed);
        }

        if (parsed.NumberId?.Length > MaxName)
        {
            return NotRecognized(parsed with { NumberId = source.NumberId }, Unrecognized.NumberTooLong);
        }

        if (!DuplicateKey.TryMake(source, json, in fields, name, out var eventId))
        {
            return kind == EventKind.UnknownEventReceived ? parsed : NotRecognized(parsed, Unrecognized.Unidentified);
        }

        var namesNumber = numberIdField.TryGetIdentity(json, out _);
        return parsed with
        {
            EventId = eventId,
            FormerEventId = DuplicateKey.Former(source, json, in fields, name),
            OwnPhone = isCall || !namesNumber ? default : EventPhones.Own(json, in fields, kind),
            Parties = isCall && !namesNumber ? EventPhones.Parties(json, in fields, in native) : default,
        };
    }

    private static ProviderEvent ParsePlatform(Source source, ReadOnlySpan<byte> json, in EventFields fields)
    {
        var unnamed = WhyUnnamed(json, fields.Type, out var name);
        var (eventName, kind) = unnamed is null ? EventNames.Resolve(SourceFormat.Platform, name) : (EventNames.Unknown, EventKind.UnknownEventReceived);
        var createdAt = fields.CreatedAtSeconds.AsTime(json);
        var parsed = new ProviderEvent
        {
            Name = eventName,
            Kind = kind,
            NumberId = fields.Data.NumberId.AsString(json) ?? fields.Top.NumberId.AsString(json) ?? source.NumberId,
            OccurredAt = kind == EventKind.MessageStatusReported
                ? fields.ReportTimestamp.AsTime(json) ?? fields.ReportedAt.AsTime(json) ?? createdAt
                : createdAt,
        };
        if (unnamed is not null)
        {
            return NotRecognized(parsed, unnamed);
        }

        if (parsed.NumberId?.Length > MaxName)
        {
            return NotRecognized(parsed with { NumberId = source.NumberId }, Unrecognized.NumberTooLong);
        }

        return DuplicateKey.TryMakePlatform(source, json, in fields, out var eventId)
            ? parsed with { EventId = eventId }
            : NotRecognized(parsed, Unrecognized.Unidentified);
    }

    /// <summary>Null if the field names an event, else why it does not.</summary>
    private static string? WhyUnnamed(ReadOnlySpan<byte> json, JsonText field, out ReadOnlySpan<byte> name)
        => !field.TryGetIdentity(json, out name) || !field.IsString ? Unrecognized.Unnamed
            : name.Length > MaxName ? Unrecognized.NameTooLong
            : null;

    /// <summary>What it is otherwise told by is left out: its repetition has the same bytes.</summary>
    private static ProviderEvent NotRecognized(ProviderEvent parsed, string reason) => new()
    {
        Name = parsed.Name,
        Kind = EventKind.UnknownEventReceived,
        Unrecognized = reason,
        NumberId = parsed.NumberId?.Length > MaxName ? null : parsed.NumberId,
        OccurredAt = parsed.OccurredAt,
    };

    private static Rejection Malformed(string detail) => new(StatusCodes.Status400BadRequest, "malformed", detail);
}
