using PilotHooks.Simulator.Events;

namespace PilotHooks.Simulator.Delivery;

/// <summary>Where the events go by default: the replicas of the ingress take turns.</summary>
internal sealed class Ingress(IReadOnlyList<Uri> addresses, string? whatsappToken)
{
    private uint _turn;

    public bool Exists => addresses.Count > 0;

    /// <summary><c>Ingress:Url</c>, else the addresses that Aspire's reference gives.</summary>
    public static Ingress From(IConfiguration configuration)
    {
        var given = configuration["Ingress:Url"] is { Length: > 0 } url ? [url] : configuration.GetSection("services:ingress:http").Get<string[]>() ?? [];
        return new Ingress([.. given.Select(address => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new InvalidOperationException($"The address of the ingress is not an absolute http address: {address}"))],
            configuration[$"{SimulatorOptions.Section}:{nameof(SimulatorOptions.WhatsappToken)}"]);
    }

    public Uri Next(Sender sender)
    {
        var address = addresses[(int)(Interlocked.Increment(ref _turn) % (uint)addresses.Count)];
        return new Uri(address.AbsoluteUri.TrimEnd('/') + (sender is Sender.Platform ? "/hooks/platform"
            : string.IsNullOrEmpty(whatsappToken) ? "/hooks/whatsapp" : $"/hooks/whatsapp?token={Uri.EscapeDataString(whatsappToken)}"));
    }
}
