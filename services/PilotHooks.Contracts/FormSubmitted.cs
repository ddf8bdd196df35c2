namespace PilotHooks.Contracts;

/// <summary>
/// A customer completed a form: <c>form.submitted</c> of the platform.
/// </summary>
public sealed record FormSubmitted(
    Guid EventId,
    string Event,
    string Source,
    string? NumberId,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    ReadOnlyMemory<byte> Payload) : IWebhookEvent;
