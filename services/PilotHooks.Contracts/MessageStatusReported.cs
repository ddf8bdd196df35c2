namespace PilotHooks.Contracts;

/// <summary>
/// An outbound message got on or failed: <c>message.sent</c>, <c>message.delivered</c>, <c>message.read</c>,
/// <c>message.failed</c>, and <c>message.report</c> of the platform.
/// </summary>
public sealed record MessageStatusReported(
    Guid EventId,
    string Event,
    string Source,
    string? NumberId,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    ReadOnlyMemory<byte> Payload) : IWebhookEvent;
