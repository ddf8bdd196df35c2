namespace PilotHooks.Contracts;

/// <summary>
/// A number was created, connected, disconnected, removed, fell ill or recovered: <c>number.*</c>.
/// </summary>
public sealed record NumberChanged(
    Guid EventId,
    string Event,
    string Source,
    string? NumberId,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    ReadOnlyMemory<byte> Payload) : IWebhookEvent;
