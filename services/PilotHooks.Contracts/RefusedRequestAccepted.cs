namespace PilotHooks.Contracts;

/// <summary>
/// A request that the ingress refused is to be taken in after all: the ingress reads it as if its source had proved itself.
/// Its id is that of the refused request; the event gets its own.
/// </summary>
public sealed record RefusedRequestAccepted(
    Guid EventId,
    string Event,
    string Source,
    string? NumberId,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    ReadOnlyMemory<byte> Payload) : IWebhookEvent;
