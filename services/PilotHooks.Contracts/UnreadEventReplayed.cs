namespace PilotHooks.Contracts;

/// <summary>
/// An archived event that was not understood when it came is to be read again: the ingress publishes it under the same id as
/// what it is by now.
/// </summary>
public sealed record UnreadEventReplayed(
    Guid EventId,
    string Event,
    string Source,
    string? NumberId,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    ReadOnlyMemory<byte> Payload) : IWebhookEvent;
