using System.Globalization;
using System.Net;

namespace PilotHooks.Relay.Safety;

/// <summary>What the operator takes from subscribers, whatever else is allowed.</summary>
/// <param name="Denied">Networks that none may live in.</param>
/// <param name="Ports">The only ports that they may listen on; empty for all.</param>
internal sealed record TargetLimits(IReadOnlyList<IPNetwork> Denied, IReadOnlyList<int> Ports)
{
    public static TargetLimits None { get; } = new([], []);

    public static TargetLimits Of(RelayOptions options) => new([.. options.DeniedNetworks.Select(text => ParseNetwork(text)!.Value)], options.AllowedPorts);

    /// <summary>A network, or an address as the network of it alone; null if it is neither.</summary>
    public static IPNetwork? ParseNetwork(string text)
    {
        var parts = text.Trim().Split('/');
        if (parts.Length > 2 || !IPAddress.TryParse(parts[0], out var address) || address.IsIPv4MappedToIPv6)
        {
            return null;
        }

        var bits = address.GetAddressBytes().Length * 8;
        var length = parts.Length == 1 ? bits : int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : -1;
        if (length < 0 || length > bits)
        {
            return null;
        }

        // Bits beyond the length say nothing: 10.1.2.3/8 means 10.0.0.0/8.
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < bits; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }

    /// <summary>Whether the address, or the IPv4 one that it leads to, is in a denied network.</summary>
    public bool Denies(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        // A scope id would hide it from its network.
        var plain = new IPAddress(bytes);
        return Denied.Any(network => Contains(network, plain) || (EmbeddedIPv4.Of(bytes) is { } inner && Contains(network, inner)));
    }

    public bool AllowsPort(int port) => Ports.Count == 0 || Ports.Contains(port);

    private static bool Contains(IPNetwork network, IPAddress address)
        => network.BaseAddress.AddressFamily == address.AddressFamily && !address.IsIPv4MappedToIPv6 && network.Contains(address);
}
