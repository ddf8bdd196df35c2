using PilotHooks.Relay.Archive;

namespace PilotHooks.Relay.Deliveries;

/// <summary>One attempt, as logs and deliveries show it.</summary>
/// <param name="DeliveryId">The delivery it belongs to.</param>
/// <param name="EventId">The event; for a test, the delivery's own id.</param>
/// <param name="Event">The event's name.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Status"><c>SUCCESS</c> or <c>FAILED</c>.</param>
/// <param name="StatusCode">What the subscriber answered; null if nothing.</param>
/// <param name="Error">Why it failed, where the status code does not tell.</param>
/// <param name="Payload">What was sent; null once its content is no longer kept.</param>
/// <param name="Response">The first 4 kB of the answer's body.</param>
/// <param name="DurationMs">Milliseconds, end to end.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="NumberId">The number that the event is of; null for none, and once the event is no longer kept.</param>
/// <param name="Format">What the payload looks like.</param>
internal sealed record AttemptModel(
    Guid DeliveryId,
    Guid EventId,
    string Event,
    int Attempt,
    string Status,
    int? StatusCode,
    string? Error,
    RawJson? Payload,
    string? Response,
    int DurationMs,
    DateTimeOffset CreatedAt,
    string? NumberId,
    string Format)
{
    public const string Success = "SUCCESS";
    public const string Failed = "FAILED";
}

/// <summary>One event on its way to one endpoint.</summary>
/// <param name="DeliveryId">The id of the delivery.</param>
/// <param name="WebhookId">The id of the endpoint.</param>
/// <param name="EventId">The id of the event; for a test, the delivery's own id.</param>
/// <param name="Event">The event's name.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Attempts">The attempts, oldest first.</param>
/// <param name="NextAttemptAt">When the next attempt is due; null if there is none.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record DeliveryModel(
    Guid DeliveryId,
    string WebhookId,
    Guid EventId,
    string Event,
    string Status,
    IReadOnlyList<AttemptModel> Attempts,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset CreatedAt);

/// <summary>Where to look for what a call has started.</summary>
/// <param name="DeliveryId">The id of the delivery.</param>
internal sealed record DeliveryReference(Guid DeliveryId);

/// <summary>How many deliveries a call has put back.</summary>
/// <param name="Queued">How many.</param>
internal sealed record QueuedDeliveries(long Queued);
