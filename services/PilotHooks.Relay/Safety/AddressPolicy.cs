using System.Net;
using System.Net.Sockets;

namespace PilotHooks.Relay.Safety;

/// <summary>
/// Which addresses a subscriber may have: those of the public internet. Everything that the IANA registries of special
/// addresses set apart is refused, and of IPv6 everything outside the global range, so that IPv4 wrapped in IPv6 is no
/// way round.
/// </summary>
internal static class AddressPolicy
{
    /// <summary>Refused, by the reason that an attempt's <c>error</c> gives.</summary>
    private static readonly (IPNetwork Network, string Reason)[] Refused =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "this network"),
        (IPNetwork.Parse("10.0.0.0/8"), "private"),
        (IPNetwork.Parse("100.64.0.0/10"), "shared by a carrier (CGNAT)"),
        (IPNetwork.Parse("127.0.0.0/8"), "loopback"),
        (IPNetwork.Parse("168.63.129.16/32"), "a cloud's metadata"),
        (IPNetwork.Parse("169.254.0.0/16"), "link-local"),
        (IPNetwork.Parse("172.16.0.0/12"), "private"),
        (IPNetwork.Parse("192.0.0.0/24"), "reserved"),
        (IPNetwork.Parse("192.0.2.0/24"), "documentation"),
        (IPNetwork.Parse("192.88.99.0/24"), "6to4"),
        (IPNetwork.Parse("192.168.0.0/16"), "private"),
        (IPNetwork.Parse("198.18.0.0/15"), "benchmarking"),
        (IPNetwork.Parse("198.51.100.0/24"), "documentation"),
        (IPNetwork.Parse("203.0.113.0/24"), "documentation"),
        (IPNetwork.Parse("224.0.0.0/4"), "multicast"),
        (IPNetwork.Parse("240.0.0.0/4"), "reserved"),
        (IPNetwork.Parse("::/128"), "unspecified"),
        (IPNetwork.Parse("::1/128"), "loopback"),
        (IPNetwork.Parse("::/96"), "IPv4-compatible"),
        (IPNetwork.Parse("64:ff9b::/96"), "NAT64"),
        (IPNetwork.Parse("64:ff9b:1::/48"), "NAT64"),
        (IPNetwork.Parse("2001::/32"), "Teredo"),
        (IPNetwork.Parse("2001::/23"), "reserved"),
        (IPNetwork.Parse("2001:db8::/32"), "documentation"),
        (IPNetwork.Parse("2002::/16"), "6to4"),
        (IPNetwork.Parse("3ffe::/16"), "6bone"),
        (IPNetwork.Parse("3fff::/20"), "documentation"),
        (IPNetwork.Parse("fc00::/7"), "private"),
        (IPNetwork.Parse("fe80::/10"), "link-local"),
        (IPNetwork.Parse("fec0::/10"), "site-local"),
        (IPNetwork.Parse("ff00::/8"), "multicast"),
    ];

    private static readonly IPNetwork GlobalIPv6 = IPNetwork.Parse("2000::/3");

    /// <summary>Why this address may not be called; null if it may.</summary>
    public static string? Refuse(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            // Before the table: IPNetwork takes such an address for the IPv4 one in it.
            return "IPv4-mapped";
        }

        foreach (var (network, reason) in Refused)
        {
            if (network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(Unscoped(address)))
            {
                return reason;
            }
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return null;
        }

        return !GlobalIPv6.Contains(Unscoped(address)) ? "reserved" : EmbeddedIPv4.IsIsatap(address.GetAddressBytes()) ? "ISATAP" : null;
    }

    /// <summary>A scope id would hide a link-local address.</summary>
    private static IPAddress Unscoped(IPAddress address)
        => address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes()) : address;
}
