using System.Buffers.Binary;
using System.Text;
using PilotHooks.Ingress.Publishing;
using PilotHooks.Ingress.Webhooks;

namespace PilotHooks.Ingress.Spool;

/// <summary>
/// An event as bytes: a version, the envelope, the trace it belongs to, and the body as received. Only an event that was not
/// recognized has version 2, with the reason, so that a replica of the version before can drain all others.
/// <code>
/// version 1 | kind 1 | event id 16 | occurred 8 | received 8 (UTC ticks, little-endian)
/// | event | source | number id | traceparent | reason in version 2 (each: length 2, 0xFFFF for none, and UTF-8) | body to the end
/// </code>
/// </summary>
internal static class SpoolEntry
{
    private const byte Version = 1;
    private const byte VersionWithReason = 2;
    private const int FixedSize = 1 + 1 + 16 + 8 + 8;
    private const ushort Absent = ushort.MaxValue;

    public static byte[] Write(AcceptedEvent accepted, string? traceParent)
    {
        var reasonSize = accepted.Unrecognized is null ? 0 : Size(accepted.Unrecognized);
        var entry = new byte[FixedSize + Size(accepted.Name) + Size(accepted.Source) + Size(accepted.NumberId) + Size(traceParent) + reasonSize + accepted.Payload.Length];
        entry[0] = accepted.Unrecognized is null ? Version : VersionWithReason;
        entry[1] = (byte)accepted.Kind;
        accepted.EventId.TryWriteBytes(entry.AsSpan(2), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(entry.AsSpan(18), accepted.OccurredAt.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(entry.AsSpan(26), accepted.ReceivedAt.UtcTicks);
        var rest = entry.AsSpan(FixedSize);
        WriteText(ref rest, accepted.Name);
        WriteText(ref rest, accepted.Source);
        WriteText(ref rest, accepted.NumberId);
        WriteText(ref rest, traceParent);
        if (accepted.Unrecognized is not null)
        {
            WriteText(ref rest, accepted.Unrecognized);
        }

        accepted.Payload.Span.CopyTo(rest);
        return entry;
    }

    /// <summary>False if the bytes are no entry of these versions.</summary>
    public static bool TryRead(byte[] entry, out AcceptedEvent? accepted, out string? traceParent)
    {
        accepted = null;
        traceParent = null;
        string? reason = null;
        if (entry.Length < FixedSize || entry[0] is not (Version or VersionWithReason) || !Enum.IsDefined((EventKind)entry[1]))
        {
            return false;
        }

        var occurredAt = BinaryPrimitives.ReadInt64LittleEndian(entry.AsSpan(18));
        var receivedAt = BinaryPrimitives.ReadInt64LittleEndian(entry.AsSpan(26));
        ReadOnlySpan<byte> rest = entry.AsSpan(FixedSize);
        if (!IsTime(occurredAt) || !IsTime(receivedAt)
            || !TryReadText(ref rest, out var name) || name is null
            || !TryReadText(ref rest, out var source) || source is null
            || !TryReadText(ref rest, out var numberId)
            || !TryReadText(ref rest, out traceParent)
            || (entry[0] == VersionWithReason && !TryReadText(ref rest, out reason)))
        {
            return false;
        }

        accepted = new AcceptedEvent(
            (EventKind)entry[1],
            new Guid(entry.AsSpan(2, 16), bigEndian: true),
            name,
            source,
            numberId,
            new DateTimeOffset(occurredAt, TimeSpan.Zero),
            new DateTimeOffset(receivedAt, TimeSpan.Zero),
            entry.AsMemory(entry.Length - rest.Length),
            reason);
        return true;
    }

    private static bool IsTime(long ticks) => ticks is >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks;

    private static int Size(string? text) => 2 + (text is null ? 0 : Encoding.UTF8.GetByteCount(text));

    private static void WriteText(ref Span<byte> rest, string? text)
    {
        var length = text is null ? 0 : Encoding.UTF8.GetBytes(text, rest[2..]);
        BinaryPrimitives.WriteUInt16LittleEndian(rest, text is null ? Absent : (ushort)length);
        rest = rest[(2 + length)..];
    }

    private static bool TryReadText(ref ReadOnlySpan<byte> rest, out string? text)
    {
        text = null;
        if (!BinaryPrimitives.TryReadUInt16LittleEndian(rest, out var length))
        {
            return false;
        }

        rest = rest[2..];
        if (length == Absent)
        {
            return true;
        }

        if (length > rest.Length)
        {
            return false;
        }

        text = Encoding.UTF8.GetString(rest[..length]);
        rest = rest[length..];
        return true;
    }
}
