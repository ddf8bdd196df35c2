using System.Globalization;
using System.Runtime.Serialization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MassTransit.Logging;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;
using RabbitMQ.Client;

namespace PilotHooks.Console.DeadLetters;

/// <summary>A message that a consumer could not process after its retries, as the broker handed it over.</summary>
/// <param name="DeliveryKey">The same for the same failure of the same message, however often it is delivered.</param>
/// <param name="Queue">The queue whose consumer failed.</param>
/// <param name="Reason">The exception's message, or why the consumer skipped it.</param>
/// <param name="Properties">JSON of <see cref="AmqpProperties"/>.</param>
/// <param name="Headers">JSON of <see cref="AmqpHeaders"/>.</param>
internal sealed record DeadLetter(
    Guid Id,
    byte[] DeliveryKey,
    string Queue,
    Guid? EventId,
    string? Event,
    string? Source,
    string? NumberId,
    string? Reason,
    string? ExceptionType,
    DateTimeOffset FailedAt,
    byte[] Payload,
    string Properties,
    string Headers)
{
    /// <summary>When its event occurred, at its reception at the latest; what is no event, when it was read.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    private const long MaxTicks = 3_155_378_975_999_999_999; // DateTimeOffset.MaxValue

    private const string FaultTimestamp = "MT-Fault-Timestamp";
    private const string FaultMessage = "MT-Fault-Message";
    private const string FaultExceptionType = "MT-Fault-ExceptionType";

    /// <summary>Set by a replay, so that what fails again after it is a new failure even where nothing else tells them apart.</summary>
    public const string ReplayHeader = "x-pilothooks-replay";

    /// <summary>
    /// Reads a delivery; total, since whatever lies in the queue must be shown, never be in its way. A message of several
    /// events becomes a dead letter for each, ready to be replayed by itself.
    /// </summary>
    public static IReadOnlyList<DeadLetter> ReadAll(string queue, IReadOnlyBasicProperties properties, byte[] payload, DateTimeOffset now)
    {
        var headers = properties.Headers ?? new Dictionary<string, object?>();
        var own = AmqpProperties.Of(properties);
        return Split(properties.ContentType, headers, payload) is { } group
            ? [.. group.Events.Select((item, index) => Read(
                queue, own with { MessageId = item.EventId.ToString(), ContentType = WebhookEventHeaders.ContentType },
                HeadersOf(item, group.TraceParents[index], headers), item.Payload.ToArray(), now))]
            : [Read(queue, own, headers, payload, now)];
    }

    private static DeadLetter Read(string queue, AmqpProperties properties, IDictionary<string, object?> headers, byte[] payload, DateTimeOffset now)
    {
        var timestamp = Text(FaultTimestamp);
        var exceptionType = Text(FaultExceptionType);
        return new DeadLetter(
            Guid.CreateVersion7(now),
            KeyOf(payload, queue, properties.MessageId, timestamp, Text(ReplayHeader)),
            queue,
            Guid.TryParse(properties.MessageId, out var eventId) ? eventId : null,
            Text(WebhookEventHeaders.Event),
            Text(WebhookEventHeaders.Source),
            Text(WebhookEventHeaders.NumberId),
            Text(FaultMessage) ?? (exceptionType is null ? "No consumer of the queue takes this kind of message." : null),
            exceptionType,
            DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var failedAt) ? failedAt.ToUniversalTime() : now,
            payload,
            JsonSerializer.Serialize(properties, ApiJson.Options),
            AmqpHeaders.ToJson(headers))
        {
            OccurredAt = Time(WebhookEventHeaders.OccurredAt) is var occurredAt && Time(WebhookEventHeaders.ReceivedAt) is var receivedAt && occurredAt < receivedAt ? occurredAt : receivedAt,
        };

        DateTimeOffset Time(string name)
            => headers.TryGetValue(name, out var ticks) && ticks is long and >= 0 and <= MaxTicks and var at ? new DateTimeOffset(at, TimeSpan.Zero) : now;

        string? Text(string name) => headers.TryGetValue(name, out var value)
            ? AmqpHeaders.AsText(value)?.Replace('\0', '\uFFFD')
            : null;
    }

    private static IEventGroup<IWebhookEvent>? Split(string? contentType, IDictionary<string, object?> headers, byte[] body)
    {
        try
        {
            return contentType == EventFrames.ContentType && headers.TryGetValue(WebhookEventHeaders.Kind, out var kind)
                ? EventFrames.Read(AmqpHeaders.AsText(kind) ?? "", body, headers.TryGetValue(WebhookEventHeaders.Unrecognized, out var reasons) ? AmqpHeaders.AsText(reasons) : null)
                : null;
        }
        catch (SerializationException)
        {
            // Perhaps that is why it failed: it is shown whole.
            return null;
        }
    }

    /// <summary>As if the event had travelled alone.</summary>
    private static Dictionary<string, object?> HeadersOf(IWebhookEvent item, string? traceParent, IDictionary<string, object?> headers)
    {
        Dictionary<string, object?> own = new()
        {
            [WebhookEventHeaders.Kind] = item.GetType().Name,
            [WebhookEventHeaders.Event] = item.Event,
            [WebhookEventHeaders.Source] = item.Source,
            [WebhookEventHeaders.NumberId] = item.NumberId,
            [WebhookEventHeaders.OccurredAt] = item.OccurredAt.UtcTicks,
            [WebhookEventHeaders.ReceivedAt] = item.ReceivedAt.UtcTicks,
            [WebhookEventHeaders.Unrecognized] = (item as UnknownEventReceived)?.Unrecognized,
            [DiagnosticHeaders.ActivityId] = traceParent,
        };
        return own.Concat(headers.Where(header => !own.ContainsKey(header.Key))).Where(header => header.Value is not null).ToDictionary();
    }

    private static byte[] KeyOf(ReadOnlySpan<byte> body, params ReadOnlySpan<string?> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(part ?? ""));
            hash.AppendData([0]);
        }

        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}

/// <summary>The properties of a message that a replay gives back, beside its headers.</summary>
internal sealed record AmqpProperties(string? MessageId, string? CorrelationId, string? ContentType, string? ContentEncoding, string? Type, string? AppId, string? ReplyTo, long? Timestamp)
{
    public static AmqpProperties Of(IReadOnlyBasicProperties from) => new(
        from.MessageId, from.CorrelationId, from.ContentType, from.ContentEncoding, from.Type, from.AppId, from.ReplyTo,
        from.IsTimestampPresent() ? from.Timestamp.UnixTime : null);

    /// <summary>Ready to publish. Always persistent: a replay must not be easier to lose than the message was.</summary>
    public BasicProperties With(IDictionary<string, object?> headers)
    {
        var properties = new BasicProperties
        {
            MessageId = MessageId,
            CorrelationId = CorrelationId,
            ContentType = ContentType,
            ContentEncoding = ContentEncoding,
            Type = Type,
            AppId = AppId,
            ReplyTo = ReplyTo,
            Persistent = true,
            Headers = headers,
        };
        if (Timestamp is { } timestamp)
        {
            properties.Timestamp = new AmqpTimestamp(timestamp);
        }

        return properties;
    }
}
