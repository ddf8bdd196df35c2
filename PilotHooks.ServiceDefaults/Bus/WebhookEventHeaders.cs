using MassTransit;
using PilotHooks.Contracts;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>
/// How an event looks on the wire: the body is the provider's JSON, untouched, and the envelope travels in these
/// headers beside the message id, which is the event id. Times are UTC ticks, so that nothing is rounded.
/// </summary>
public static class WebhookEventHeaders
{
    public const string Kind = "kind";
    public const string Event = "event";
    public const string Source = "source";
    public const string NumberId = "number-id";
    public const string OccurredAt = "occurred-at";
    public const string ReceivedAt = "received-at";

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
    }

    /// <summary>Makes the event again; null if the headers are not those of one.</summary>
    internal static IWebhookEvent? Read(Headers headers, Guid? messageId, ReadOnlyMemory<byte> payload)
    {
        if (messageId is not { } eventId
            || Text(headers, Kind) is not { } kind
            || Text(headers, Event) is not { } name
            || Text(headers, Source) is not { } source
            || Time(headers, OccurredAt) is not { } occurredAt
            || Time(headers, ReceivedAt) is not { } receivedAt)
        {
            return null;
        }

        var numberId = Text(headers, NumberId);
        return kind switch
        {
            nameof(MessageStatusReported) => new MessageStatusReported(eventId, name, source, numberId, occurredAt, receivedAt, payload),
            nameof(MessageReceived) => new MessageReceived(eventId, name, source, numberId, occurredAt, receivedAt, payload),
            nameof(FormSubmitted) => new FormSubmitted(eventId, name, source, numberId, occurredAt, receivedAt, payload),
            nameof(NumberChanged) => new NumberChanged(eventId, name, source, numberId, occurredAt, receivedAt, payload),
            nameof(CallChanged) => new CallChanged(eventId, name, source, numberId, occurredAt, receivedAt, payload),
            nameof(CallPermissionUpdated) => new CallPermissionUpdated(eventId, name, source, numberId, occurredAt, receivedAt, payload),
            nameof(CallSignalled) => new CallSignalled(eventId, name, source, numberId, occurredAt, receivedAt, payload),
            nameof(UnknownEventReceived) => new UnknownEventReceived(eventId, name, source, numberId, occurredAt, receivedAt, payload),
            _ => null,
        };
    }

    private static string? Text(Headers headers, string key)
        => headers.TryGetHeader(key, out var value) ? value as string : null;

    private static DateTimeOffset? Time(Headers headers, string key)
        => headers.TryGetHeader(key, out var value) && value is long ticks and >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : null;
}
