namespace PilotHooks.Contracts;

/// <summary>
/// A call rang, was answered, ended or was missed: <c>call.ringing</c>, <c>call.connected</c>, <c>call.ended</c>,
/// <c>call.missed</c>.
/// </summary>
public sealed record CallChanged(
    Guid EventId,
    string Event,
    string Source,
    string? NumberId,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    ReadOnlyMemory<byte> Payload) : IWebhookEvent;
