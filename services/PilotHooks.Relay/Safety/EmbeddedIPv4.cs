using System.Net;

namespace PilotHooks.Relay.Safety;

/// <summary>The IPv4 address that an IPv6 one leads to, by the means of transition that keep it in fixed places.</summary>
internal static class EmbeddedIPv4
{
    /// <summary>Null where there is none.</summary>
    public static IPAddress? Of(ReadOnlySpan<byte> address)
    {
        if (address.Length != 16)
        {
            return null;
        }

        return address switch
        {
            // 6to4: 2002:<IPv4>::/48.
            [0x20, 0x02, ..] => new IPAddress(address[2..6]),
            // Teredo: 2001::/32, ends in the client's IPv4 address with all bits turned over.
            [0x20, 0x01, 0, 0, ..] => Inverted(address[12..]),
            // NAT64: 64:ff9b::/96.
            [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, ..] => new IPAddress(address[12..]),
            // IPv4-mapped, IPv4-translated and IPv4-compatible.
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ..] or [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, ..] or [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ..]
                => new IPAddress(address[12..]),
            _ => IsIsatap(address) ? new IPAddress(address[12..]) : null,
        };
    }

    /// <summary>Whether it is one of a tunnel within a site (RFC 5214): in any prefix, the interface is 0:5efe or 200:5efe and an IPv4 address.</summary>
    public static bool IsIsatap(ReadOnlySpan<byte> address) => address.Length == 16 && (address[8] & 0xfc) == 0 && address[9..12].SequenceEqual([(byte)0x00, (byte)0x5e, (byte)0xfe]);

    private static IPAddress Inverted(ReadOnlySpan<byte> bytes) => new([(byte)~bytes[0], (byte)~bytes[1], (byte)~bytes[2], (byte)~bytes[3]]);
}
