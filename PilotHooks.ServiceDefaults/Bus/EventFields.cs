using PilotHooks.Contracts;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>An event's envelope and payload, before its kind makes a record of them.</summary>
internal readonly record struct EventFields(
    Guid EventId,
    string Event,
    string Source,
    string? NumberId,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    ReadOnlyMemory<byte> Payload,
    string? Unrecognized = null)
{
    /// <summary>As it counts for every consumer, whoever wrote it on the wire: a version before this, too.</summary>
    public DateTimeOffset OccurredAt { get; } = ProviderTime.Clamp(OccurredAt, ReceivedAt);

    /// <summary>Makes the events of a message; null if there is no such kind.</summary>
    public static IEventGroup<IWebhookEvent>? MakeGroup(string kind, IReadOnlyList<EventFields> events, IReadOnlyList<string?> traceParents)
    {
        return kind switch
        {
            nameof(MessageStatusReported) => Group(e => new MessageStatusReported(e.EventId, e.Event, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload)),
            nameof(MessageReceived) => Group(e => new MessageReceived(e.EventId, e.Event, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload)),
            nameof(FormSubmitted) => Group(e => new FormSubmitted(e.EventId, e.Event, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload)),
            nameof(NumberChanged) => Group(e => new NumberChanged(e.EventId, e.Event, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload)),
            nameof(CallChanged) => Group(e => new CallChanged(e.EventId, e.Event, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload)),
            nameof(CallPermissionUpdated) => Group(e => new CallPermissionUpdated(e.EventId, e.Event, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload)),
            nameof(CallSignalled) => Group(e => new CallSignalled(e.EventId, e.Event, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload)),
            nameof(UnknownEventReceived) => Group(e => new UnknownEventReceived(e.EventId, e.Event, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload) { Unrecognized = e.Unrecognized }),
            nameof(UnreadEventReplayed) => Group(e => new UnreadEventReplayed(e.EventId, e.Event, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload)),
            nameof(RefusedRequestAccepted) => Group(e => new RefusedRequestAccepted(e.EventId, e.Event, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload)),
            nameof(ContactErased) => Group(e => new ContactErased(e.EventId, e.Event, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload)),
            _ => null,
        };

        EventGroup<T> Group<T>(Func<EventFields, T> make)
            where T : class, IWebhookEvent
            => new([.. events.Select(make)], traceParents);
    }
}
