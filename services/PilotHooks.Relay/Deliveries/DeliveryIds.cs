using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Ids of an endpoint's deliveries. Each is made of its event's id and the endpoint's, so whoever makes a delivery, and
/// however often, names it the same: one unique index keeps it from being there twice, and finds it by its id and by its
/// event. Migration 008 has the same in SQL.
/// </summary>
internal sealed class DeliveryIds(string endpointId)
{
    private const int Half = 8;

    /// <summary>Leaves the two bits that tell a UUID's variant.</summary>
    private const ulong Changed = ulong.MaxValue >> 2;

    private readonly ulong _mask = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(endpointId))) & Changed;

    /// <summary>The event's id with its second half changed: no two events come to the same at one endpoint.</summary>
    public Guid Of(Guid eventId)
    {
        Span<byte> id = stackalloc byte[2 * Half];
        eventId.TryWriteBytes(id, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt64BigEndian(id[Half..], BinaryPrimitives.ReadUInt64BigEndian(id[Half..]) ^ _mask);
        return new Guid(id, bigEndian: true);
    }

    /// <summary>Between which ids all deliveries of an event are; there may be ones of other events.</summary>
    public static (Guid First, Guid Last) Around(Guid eventId)
    {
        Span<byte> id = stackalloc byte[2 * Half];
        eventId.TryWriteBytes(id, bigEndian: true, out _);
        id[Half..].Clear();
        var first = new Guid(id, bigEndian: true);
        id[Half..].Fill(byte.MaxValue);
        return (first, new Guid(id, bigEndian: true));
    }
}
