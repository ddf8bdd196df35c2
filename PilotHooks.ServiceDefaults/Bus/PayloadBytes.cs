using System.Runtime.InteropServices;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>An event's payload for those who take nothing but an array.</summary>
public static class PayloadBytes
{
    /// <summary>The very array where the payload fills one, else a copy of the part that it is.</summary>
    public static byte[] AsArray(this ReadOnlyMemory<byte> payload)
        => MemoryMarshal.TryGetArray(payload, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : payload.ToArray();
}
