namespace PilotHooks.Contracts;

/// <summary>
/// A person was erased: the ingress, which nobody can ask, forgets the phone. Its payload is <c>{"contact"}</c>; as an event it
/// occurred before the erasure, so a dead letter of it is left out, too.
/// </summary>
public sealed record ContactErased(
    Guid EventId,
    string Event,
    string Source,
    string? NumberId,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    ReadOnlyMemory<byte> Payload) : IWebhookEvent;
