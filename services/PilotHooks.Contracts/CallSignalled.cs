namespace PilotHooks.Contracts;

/// <summary>
/// Meta's native calls envelope, in any of its three shapes: <c>calls</c>. Carries SDP, which is never logged.
/// </summary>
public sealed record CallSignalled(
    Guid EventId,
    string Event,
    string Source,
    string? NumberId,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    ReadOnlyMemory<byte> Payload) : IWebhookEvent;
