namespace PilotHooks.Contracts;

/// <summary>
/// An event with a name that nobody knows yet, or one that could not be read: archived and relayed, otherwise left alone.
/// </summary>
public sealed record UnknownEventReceived(
    Guid EventId,
    string Event,
    string Source,
    string? NumberId,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    ReadOnlyMemory<byte> Payload) : IWebhookEvent
{
    /// <summary>Why it could not be read, in a word such as <c>unidentified</c>; null if only its name is new.</summary>
    public string? Unrecognized { get; init; }
}
