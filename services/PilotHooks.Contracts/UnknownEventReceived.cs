namespace PilotHooks.Contracts;

/// <summary>
/// An event with a name that nobody knows yet: archived and relayed, otherwise left alone.
/// </summary>
public sealed record UnknownEventReceived(
    Guid EventId,
    string Event,
    string Source,
    string? NumberId,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    ReadOnlyMemory<byte> Payload) : IWebhookEvent;
