namespace PilotHooks.Contracts;

/// <summary>
/// A message came in: <c>message.received</c>, <c>message.reply</c>, <c>message.group</c>, <c>message.newsletter</c>, and
/// <c>message.incoming</c> of the platform.
/// </summary>
public sealed record MessageReceived(
    Guid EventId,
    string Event,
    string Source,
    string? NumberId,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    ReadOnlyMemory<byte> Payload) : IWebhookEvent;
