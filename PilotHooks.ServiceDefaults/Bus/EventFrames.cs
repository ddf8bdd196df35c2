using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;
using PilotHooks.Contracts;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>
/// The body of a message that holds several events of one kind: for each its id (16 bytes), its times (UTC ticks, two
/// 64-bit integers), its event name, source, number id and traceparent (each a 16-bit length in bytes, 65535 for null,
/// and UTF-8) and its payload (a 32-bit length and the provider's bytes). Integers are little-endian.
/// </summary>
public static class EventFrames
{
    /// <summary>Of a message with such a body.</summary>
    public const string ContentType = "application/vnd.pilothooks.events";

    private const ushort Null = ushort.MaxValue;
    private const int FixedLength = 16 + 8 + 8 + (4 * sizeof(ushort)) + sizeof(int);

    /// <summary>Bytes that an event takes.</summary>
    internal static int Length(IWebhookEvent message, string? traceParent)
        => FixedLength + TextLength(message.Event) + TextLength(message.Source) + TextLength(message.NumberId) + TextLength(traceParent) + message.Payload.Length;

    internal static byte[] Write(IEventGroup<IWebhookEvent> group)
    {
        var length = 0;
        for (var i = 0; i < group.Events.Count; i++)
        {
            length += Length(group.Events[i], group.TraceParents[i]);
        }

        var body = GC.AllocateUninitializedArray<byte>(length);
        var rest = body.AsSpan();
        for (var i = 0; i < group.Events.Count; i++)
        {
            Write(ref rest, group.Events[i], group.TraceParents[i]);
        }

        return body;
    }

    /// <summary>The events again; their payloads are parts of <paramref name="body"/>. Null if there is no such kind.</summary>
    /// <param name="kind">Of the events.</param>
    /// <param name="body">As it was written.</param>
    /// <param name="unrecognized">The header <see cref="WebhookEventHeaders.Unrecognized"/>, where there is one.</param>
    /// <exception cref="SerializationException">The body is not of this shape.</exception>
    public static IEventGroup<IWebhookEvent>? Read(string kind, byte[] body, string? unrecognized = null)
    {
        var reasons = unrecognized?.Split(',') ?? [];
        var events = new List<EventFields>();
        var traceParents = new List<string?>();
        try
        {
            for (var at = 0; at < body.Length;)
            {
                var reason = events.Count < reasons.Length && reasons[events.Count].Length > 0 ? reasons[events.Count] : null;
                events.Add(Read(body, ref at, events.Count == 0 ? default : events[^1], out var traceParent) with { Unrecognized = reason });
                traceParents.Add(traceParent);
            }
        }
        catch (ArgumentException exception)
        {
            throw new SerializationException("The body of this message is not that of a group of events.", exception);
        }

        return events.Count == 0 ? null : EventFields.MakeGroup(kind, events, traceParents);
    }

    private static EventFields Read(byte[] body, ref int at, EventFields before, out string? traceParent)
    {
        var eventId = new Guid(body.AsSpan(at, 16));
        var occurredAt = Time(body.AsSpan(at + 16, 8));
        var receivedAt = Time(body.AsSpan(at + 24, 8));
        at += 32;
        // These texts are few in a system, and mostly the same within a group.
        var name = Text(body, ref at, before.Event);
        var source = Text(body, ref at, before.Source);
        var numberId = Text(body, ref at, before.NumberId);
        traceParent = Text(body, ref at, null);
        var length = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(at, sizeof(int)));
        var payload = body.AsMemory(at + sizeof(int), length);
        at += sizeof(int) + length;
        return new EventFields(eventId, name ?? "", source ?? "", numberId, occurredAt, receivedAt, payload);
    }

    private static void Write(ref Span<byte> target, IWebhookEvent message, string? traceParent)
    {
        message.EventId.TryWriteBytes(target);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], message.OccurredAt.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], message.ReceivedAt.UtcTicks);
        target = target[32..];
        Write(ref target, message.Event);
        Write(ref target, message.Source);
        Write(ref target, message.NumberId);
        Write(ref target, traceParent);
        BinaryPrimitives.WriteInt32LittleEndian(target, message.Payload.Length);
        message.Payload.Span.CopyTo(target[sizeof(int)..]);
        target = target[(sizeof(int) + message.Payload.Length)..];
    }

    private static void Write(ref Span<byte> target, string? text)
    {
        var length = text is null ? 0 : Encoding.UTF8.GetBytes(text, target[sizeof(ushort)..]);
        BinaryPrimitives.WriteUInt16LittleEndian(target, text is null ? Null : checked((ushort)length));
        target = target[(sizeof(ushort) + length)..];
    }

    private static string? Text(byte[] body, ref int at, string? before)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(body.AsSpan(at, sizeof(ushort)));
        at += sizeof(ushort);
        if (length == Null)
        {
            return null;
        }

        var bytes = body.AsSpan(at, length);
        at += length;
        return before is not null && before.Length == length && Ascii.Equals(bytes, before) ? before : Encoding.UTF8.GetString(bytes);
    }

    private static DateTimeOffset Time(ReadOnlySpan<byte> ticks) => new(BinaryPrimitives.ReadInt64LittleEndian(ticks), TimeSpan.Zero);

    private static int TextLength(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);
}
