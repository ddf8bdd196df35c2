using MassTransit;
using MassTransit.Logging;
using PilotHooks.Contracts;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>
/// How an event looks on the wire: the body is the provider's JSON, untouched, and the envelope travels in these
/// headers beside the message id, which is the event id. Times are UTC ticks, so that nothing is rounded.
/// </summary>
public static class WebhookEventHeaders
{
    /// <summary>Of a message with one event.</summary>
    public const string ContentType = "application/vnd.pilothooks.event+json";

    public const string Kind = "kind";
    public const string Event = "event";
    public const string Source = "source";
    public const string NumberId = "number-id";
    public const string OccurredAt = "occurred-at";
    public const string ReceivedAt = "received-at";

    /// <summary>
    /// Why an event was not recognized; of a group, a word for each event, empty for those that were, separated by commas. A
    /// header rather than a part of <see cref="EventFrames"/>: a replica of the version before reads the event all the same.
    /// </summary>
    public const string Unrecognized = "unrecognized";

    internal static void Write(SendHeaders headers, IWebhookEvent message)
    {
        headers.Set(Kind, message.GetType().Name);
        headers.Set(Event, message.Event);
        headers.Set(Source, message.Source);
        if (message.NumberId is not null)
        {
            headers.Set(NumberId, message.NumberId);
        }

        headers.Set(OccurredAt, message.OccurredAt.UtcTicks, true);
        headers.Set(ReceivedAt, message.ReceivedAt.UtcTicks, true);
        if (message is UnknownEventReceived { Unrecognized: { } reason })
        {
            headers.Set(Unrecognized, reason);
        }
    }

    /// <summary>Of a group: nothing while all of it is recognized.</summary>
    internal static void WriteUnrecognized(SendHeaders headers, IReadOnlyList<IWebhookEvent> events)
    {
        // Of one kind: the others cost no look at each.
        if (events[0] is UnknownEventReceived && events.Any(message => message is UnknownEventReceived { Unrecognized: not null }))
        {
            headers.Set(Unrecognized, string.Join(',', events.Select(message => (message as UnknownEventReceived)?.Unrecognized)));
        }
    }

    /// <summary>Makes the event again, as a group of one; null if the headers are not those of one.</summary>
    internal static IEventGroup<IWebhookEvent>? Read(Headers headers, Guid? messageId, ReadOnlyMemory<byte> payload)
        => messageId is { } eventId
            && Text(headers, Kind) is { } kind
            && Text(headers, Event) is { } name
            && Text(headers, Source) is { } source
            && Time(headers, OccurredAt) is { } occurredAt
            && Time(headers, ReceivedAt) is { } receivedAt
            ? EventFields.MakeGroup(
                kind,
                [new EventFields(eventId, name, source, Text(headers, NumberId), occurredAt, receivedAt, payload, Text(headers, Unrecognized))],
                [Text(headers, DiagnosticHeaders.ActivityId)])
            : null;

    internal static string? Text(Headers headers, string key)
        => headers.TryGetHeader(key, out var value) ? value as string : null;

    private static DateTimeOffset? Time(Headers headers, string key)
        => headers.TryGetHeader(key, out var value) && value is long ticks and >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : null;
}
