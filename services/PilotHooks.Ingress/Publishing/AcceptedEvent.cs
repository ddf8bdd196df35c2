using PilotHooks.Ingress.Webhooks;

namespace PilotHooks.Ingress.Publishing;

/// <summary>
/// An event on its way to the bus: the envelope of its contract, and the array that the body was read into, which nobody
/// changes from then on.
/// </summary>
internal sealed record AcceptedEvent(
    EventKind Kind,
    Guid EventId,
    string Name,
    string Source,
    string? NumberId,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    ReadOnlyMemory<byte> Payload,
    string? Unrecognized = null);
