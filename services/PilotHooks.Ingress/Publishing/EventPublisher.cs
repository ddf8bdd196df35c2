using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Options;
using PilotHooks.Contracts;
using PilotHooks.Ingress.Webhooks;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Ingress.Publishing;

/// <summary>
/// Publishes an event as its contract and waits until the broker has it in a durable queue: the message is mandatory, so
/// one that no queue took comes back as an error, and persistent, so its confirmation means that it is on disk.
/// </summary>
internal sealed partial class EventPublisher(GroupPublisher groups, IOptions<PublishingOptions> options, TimeProvider time, ILogger<EventPublisher> logger)
{
    private readonly Availability _broker = new(time, TimeSpan.FromSeconds(1));
    private readonly ConcurrentBag<CancellationTokenSource> _timeouts = [];
    private readonly TimeSpan _timeout = options.Value.Timeout;
    private int _probes;

    /// <summary>Whether the broker took the last event that it was given.</summary>
    public bool IsBrokerAvailable => _broker.IsAvailable;

    /// <summary>
    /// Publishes, unless the broker was away a moment ago.
    /// </summary>
    /// <returns>Whether a durable queue has it. False also when nobody knows: then it may arrive twice, with the same id.</returns>
    public async ValueTask<bool> TryPublishAsync(AcceptedEvent accepted)
        => (IsBrokerAvailable || Volatile.Read(ref _probes) == 0) && _broker.TryEnter() && await PublishWithinAsync(accepted, _timeout);

    /// <summary>
    /// Publishes, whatever is known about the broker, and waits that long for it. Meanwhile no request tries a broker that was
    /// away: the first message declares queues, and a request, which gives up sooner, would cancel that for both.
    /// </summary>
    public async ValueTask<bool> PublishAsync(AcceptedEvent accepted, TimeSpan patience)
    {
        Interlocked.Increment(ref _probes);
        try
        {
            return await PublishWithinAsync(accepted, patience);
        }
        finally
        {
            Interlocked.Decrement(ref _probes);
        }
    }

    private async ValueTask<bool> PublishWithinAsync(AcceptedEvent accepted, TimeSpan patience)
    {
        if (!_timeouts.TryTake(out var timeout))
        {
            timeout = new CancellationTokenSource();
        }

        timeout.CancelAfter(patience);
        try
        {
            await Send(accepted, timeout.Token);
            _broker.Succeeded();
            if (timeout.TryReset())
            {
                _timeouts.Add(timeout);
            }

            return true;
        }
        catch (MessageReturnedException exception)
        {
            // The queues are gone while the broker is there: MassTransit declares them anew with the next message.
            Log.Returned(logger, accepted.Kind, exception.Message);
            return false;
        }
        catch (Exception exception)
        {
            _broker.Failed();
            Log.Failed(logger, accepted.Kind, exception.GetType().Name, exception.Message);
            return false;
        }
    }

    private Task Send(AcceptedEvent e, CancellationToken cancellationToken) => e.Kind switch
    {
        EventKind.MessageStatusReported => Publish(new MessageStatusReported(e.EventId, e.Name, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload), cancellationToken),
        EventKind.MessageReceived => Publish(new MessageReceived(e.EventId, e.Name, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload), cancellationToken),
        EventKind.FormSubmitted => Publish(new FormSubmitted(e.EventId, e.Name, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload), cancellationToken),
        EventKind.NumberChanged => Publish(new NumberChanged(e.EventId, e.Name, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload), cancellationToken),
        EventKind.CallChanged => Publish(new CallChanged(e.EventId, e.Name, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload), cancellationToken),
        EventKind.CallPermissionUpdated => Publish(new CallPermissionUpdated(e.EventId, e.Name, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload), cancellationToken),
        EventKind.CallSignalled => Publish(new CallSignalled(e.EventId, e.Name, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload), cancellationToken),
        _ => Publish(new UnknownEventReceived(e.EventId, e.Name, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, e.Payload) { Unrecognized = e.Unrecognized }, cancellationToken),
    };

    private Task Publish<T>(T message, CancellationToken cancellationToken)
        where T : class, IWebhookEvent
        => groups.PublishAsync(message, cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "No queue took a {Kind}; it goes to the spool: {Reason}")]
        public static partial void Returned(ILogger logger, EventKind kind, string reason);

        [LoggerMessage(LogLevel.Warning, "The broker did not confirm a {Kind}; it goes to the spool: {Exception}: {Reason}")]
        public static partial void Failed(ILogger logger, EventKind kind, string exception, string reason);
    }
}
