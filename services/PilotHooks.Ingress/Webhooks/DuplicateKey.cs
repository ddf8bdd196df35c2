using PilotHooks.Ingress.Sources;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>
/// What tells an event from every other one, and so makes its id (http-api.md): messages by event, number and id; numbers by
/// event, number and time; calls by event, call, status and time; the platform by its id; everything else by its bytes.
/// </summary>
internal static class DuplicateKey
{
    /// <summary>
    /// False if a field is missing that identifies events of this name. An id that stays empty is that of the bytes.
    /// </summary>
    public static bool TryMake(Source source, ReadOnlySpan<byte> json, in EventFields fields, ReadOnlySpan<byte> name, out Guid eventId)
    {
        eventId = default;
        return name.StartsWith("message."u8) ? TryMakeMessage(source, json, in fields, name, out eventId)
            : name.StartsWith("number."u8) ? TryMakeNumber(source, json, in fields, name, out eventId)
            : !name.StartsWith("call."u8) || TryMakeCall(source, json, in fields, name, out eventId);
    }

    public static bool TryMakePlatform(Source source, ReadOnlySpan<byte> json, in EventFields fields, out Guid eventId)
    {
        eventId = default;
        if (!fields.Top.Id.TryGetIdentity(json, out var id))
        {
            return false;
        }

        Span<byte> buffer = stackalloc byte[EventId.BufferSize];
        var key = new EventId(buffer, source.Name, "platform"u8);
        key.Add(id);
        eventId = key.ToGuid();
        return true;
    }

    public static Guid OfBytes(Source source, ReadOnlySpan<byte> body)
    {
        Span<byte> buffer = stackalloc byte[EventId.BufferSize];
        var key = new EventId(buffer, source.Name, "bytes"u8);
        key.AddHashOf(body);
        return key.ToGuid();
    }

    /// <summary>
    /// The id that the version before this gave to a message, when its key had no number: a retry of what that version
    /// accepted is a duplicate still. Empty where another number may have had the same key, and what is new must not be taken
    /// for a repetition.
    /// </summary>
    public static Guid Former(Source source, ReadOnlySpan<byte> json, in EventFields fields, ReadOnlySpan<byte> name)
    {
        if (!name.StartsWith("message."u8) || !fields.Data.Id.TryGetIdentity(json, out var id))
        {
            return Guid.Empty;
        }

        Span<byte> buffer = stackalloc byte[EventId.BufferSize];
        var key = new EventId(buffer, source.Name, "message"u8);
        key.Add(name);
        key.Add("id"u8);
        key.Add(id);
        return key.ToGuid();
    }

    private static bool TryMakeMessage(Source source, ReadOnlySpan<byte> json, in EventFields fields, ReadOnlySpan<byte> name, out Guid eventId)
    {
        eventId = default;
        var hasId = fields.Data.Id.TryGetIdentity(json, out var id);
        if (!hasId && !fields.Data.MessageId.TryGetIdentity(json, out id))
        {
            return false;
        }

        Span<byte> buffer = stackalloc byte[EventId.BufferSize];
        var key = new EventId(buffer, source.Name, "message of a number"u8);
        key.Add(name);
        AddOrAbsent(ref key, json, fields.Data.NumberId.Kind == JsonTextKind.Absent ? fields.Top.NumberId : fields.Data.NumberId);
        key.Add(hasId ? "id"u8 : "messageId"u8);
        key.Add(id);
        eventId = key.ToGuid();
        return true;
    }

    private static bool TryMakeNumber(Source source, ReadOnlySpan<byte> json, in EventFields fields, ReadOnlySpan<byte> name, out Guid eventId)
    {
        eventId = default;
        if (!fields.Data.NumberId.TryGetIdentity(json, out var numberId) || !fields.Data.CreatedAt.TryGetIdentity(json, out var createdAt))
        {
            return false;
        }

        Span<byte> buffer = stackalloc byte[EventId.BufferSize];
        var key = new EventId(buffer, source.Name, "number"u8);
        key.Add(name);
        key.Add(numberId);
        key.Add(createdAt);
        eventId = key.ToGuid();
        return true;
    }

    private static bool TryMakeCall(Source source, ReadOnlySpan<byte> json, in EventFields fields, ReadOnlySpan<byte> name, out Guid eventId)
    {
        eventId = default;
        Span<byte> buffer = stackalloc byte[EventId.BufferSize];
        var key = new EventId(buffer, source.Name, "call"u8);
        key.Add(name);
        if (fields.CallId.TryGetIdentity(json, out var id))
        {
            key.Add("callId"u8);
            key.Add(id);
        }
        else if (fields.ExternalCallId.TryGetIdentity(json, out id))
        {
            key.Add("externalCallId"u8);
            key.Add(id);
        }
        else if (fields.Top.From.TryGetIdentity(json, out _) || fields.Top.To.TryGetIdentity(json, out _))
        {
            AddOrAbsent(ref key, json, fields.Top.From);
            AddOrAbsent(ref key, json, fields.Top.To);
        }
        else
        {
            return false;
        }

        AddOrAbsent(ref key, json, fields.Status);
        if (!fields.Top.Timestamp.TryGetIdentity(json, out var timestamp))
        {
            return false;
        }

        key.Add(timestamp);
        eventId = key.ToGuid();
        return true;
    }

    private static void AddOrAbsent(ref EventId key, ReadOnlySpan<byte> json, JsonText field)
    {
        if (field.TryGetIdentity(json, out var text))
        {
            key.Add(text);
        }
        else
        {
            key.AddAbsent();
        }
    }
}
