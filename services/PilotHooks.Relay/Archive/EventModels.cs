namespace PilotHooks.Relay.Archive;

/// <summary>An archived event, without its body.</summary>
/// <param name="EventId">The id of the event, the same on every attempt of its provider.</param>
/// <param name="Event">The event's name; <c>unknown</c> where it has none.</param>
/// <param name="Source">The source that it came from.</param>
/// <param name="NumberId">The number that it is of; null where that is not known.</param>
/// <param name="ReceivedAt">When it was received.</param>
/// <param name="TraceId">The trace that began with it.</param>
/// <param name="Kind">The record that it is on the bus.</param>
/// <param name="Recognized">Whether it was understood.</param>
/// <param name="Reason">Why it was not.</param>
internal sealed record EventModel(
    Guid EventId, string Event, string Source, string? NumberId, DateTimeOffset ReceivedAt, string? TraceId, string Kind, bool Recognized, string? Reason);

/// <summary>An archived event with its body and its way.</summary>
/// <param name="EventId">The id of the event, the same on every attempt of its provider.</param>
/// <param name="Event">The event's name; <c>unknown</c> where it has none.</param>
/// <param name="Source">The source that it came from.</param>
/// <param name="NumberId">The number that it is of; null where that is not known.</param>
/// <param name="ReceivedAt">When it was received.</param>
/// <param name="TraceId">The trace that began with it.</param>
/// <param name="Kind">The record that it is on the bus.</param>
/// <param name="Recognized">Whether it was understood.</param>
/// <param name="Reason">Why it was not.</param>
/// <param name="Payload">What was received; null once it is no longer kept.</param>
/// <param name="Steps">Its way through every service, in the order of time.</param>
internal sealed record EventDetailModel(
    Guid EventId,
    string Event,
    string Source,
    string? NumberId,
    DateTimeOffset ReceivedAt,
    string? TraceId,
    string Kind,
    bool Recognized,
    string? Reason,
    RawJson? Payload,
    IReadOnlyList<StepModel> Steps);

/// <summary>One step of an event's way.</summary>
/// <param name="Service">Which service took it.</param>
/// <param name="Step">What it did.</param>
/// <param name="At">When it was done; an attempt: when it began.</param>
/// <param name="DurationMs">How long it took: an attempt by itself, anything else since the event was received. Null where only the moment is known.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Detail">More about it, such as the endpoint of a delivery.</param>
/// <param name="WebhookId">Of a delivery: its endpoint.</param>
/// <param name="WebhookName">What the endpoint is called.</param>
/// <param name="DeliveryId">Of a delivery.</param>
internal sealed record StepModel(
    string Service, string Step, DateTimeOffset At, double? DurationMs, string Outcome, string? Detail, string? WebhookId = null, string? WebhookName = null, Guid? DeliveryId = null);
