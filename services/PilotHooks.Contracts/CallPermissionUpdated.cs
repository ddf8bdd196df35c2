namespace PilotHooks.Contracts;

/// <summary>
/// A contact answered a request for permission to call: <c>call.permission_updated</c>.
/// </summary>
public sealed record CallPermissionUpdated(
    Guid EventId,
    string Event,
    string Source,
    string? NumberId,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    ReadOnlyMemory<byte> Payload) : IWebhookEvent;
