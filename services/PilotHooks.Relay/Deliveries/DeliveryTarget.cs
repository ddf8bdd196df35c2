using PilotHooks.Relay.Endpoints;

namespace PilotHooks.Relay.Deliveries;

/// <summary>Where and how an endpoint is called, as its row said when deliveries were taken; those share one.</summary>
internal sealed class DeliveryTarget
{
    private Secret[]? _secrets;

    public required string Url { get; init; }

    public required string Format { get; init; }

    public required string Signature { get; init; }

    public required byte[] Secret { get; init; }

    /// <summary>The secret before a rotation, while it still signs.</summary>
    public byte[]? OldSecret { get; init; }

    /// <summary><see cref="Url"/>, read once.</summary>
    public Uri Uri => field ??= new Uri(Url);

    /// <summary>Those that sign, the newest first, unlocked once: that costs more than signing.</summary>
    public Secret[] Secrets(SecretVault vault) => _secrets ??= OldSecret is { } old ? [vault.Unlock(Secret), vault.Unlock(old)] : [vault.Unlock(Secret)];
}
