using System.Collections.Concurrent;
using System.Diagnostics;
using MassTransit;
using PilotHooks.Contracts;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>How many messages of one kind may wait for their confirmation at a time, and how much one may hold.</summary>
/// <param name="InFlight">
/// More make smaller groups, which cost more: from 1 to 8 the broker's work for an event grew by half. With one, an event
/// that comes just too late waits for two confirmations; with two the disk always has the next group to write.
/// </param>
public sealed record GroupPublishOptions(int InFlight = 2, int MaxEvents = 64, int MaxBytes = 128 * 1024);

/// <summary>
/// Group commit for the bus. An event is published at once while few messages wait for the broker's confirmation; those
/// that arrive while <see cref="GroupPublishOptions.InFlight"/> of them do, share the next message. So an idle system
/// publishes each event by itself, with no delay, and a busy one pays the broker's, MassTransit's and the consumers' cost
/// of a message once for many events.
/// <para>
/// Messages are mandatory and persistent: an event is published when a durable queue has it on disk. One message takes
/// events of one kind, to the exchange of that kind.
/// </para>
/// </summary>
public sealed class GroupPublisher(IBus bus, GroupPublishOptions options)
{
    private static readonly ActivitySource Source = new("PilotHooks.Bus");
    private readonly ConcurrentDictionary<Type, object> _lanes = [];

    /// <summary>
    /// Completes when every queue of the event's kind has it. Fails if the broker refused or returned its message, and is
    /// cancelled with the token; then nobody knows whether it arrived.
    /// </summary>
    public Task PublishAsync<T>(T message, CancellationToken cancellationToken)
        where T : class, IWebhookEvent
        => ((Lane<T>)_lanes.GetOrAdd(typeof(T), static (_, publisher) => new Lane<T>(publisher.Bus, publisher.Options), (Bus: bus, Options: options)))
            .PublishAsync(message, cancellationToken);

    private sealed class Lane<T>(IBus bus, GroupPublishOptions options)
        where T : class, IWebhookEvent
    {
        private readonly Lock _gate = new();
        private readonly Queue<Entry<T>> _waiting = [];
        private int _inFlight;

        public Task PublishAsync(T message, CancellationToken cancellationToken)
        {
            var entry = new Entry<T>(message, Activity.Current, cancellationToken);
            lock (_gate)
            {
                if (_inFlight == options.InFlight)
                {
                    _waiting.Enqueue(entry);
                    return entry.Done.Task.WaitAsync(cancellationToken);
                }

                _inFlight++;
            }

            _ = SendAllAsync([entry]);
            return entry.Done.Task.WaitAsync(cancellationToken);
        }

        /// <summary>Sends the group, then what has gathered meanwhile, until nothing waits.</summary>
        private async Task SendAllAsync(List<Entry<T>> group)
        {
            for (; group.Count > 0; TakeWaiting(group))
            {
                try
                {
                    await SendAsync(group);
                    group.ForEach(entry => entry.Done.SetResult());
                }
                catch (Exception exception)
                {
                    group.ForEach(entry => entry.Done.SetException(exception));
                }
            }
        }

        private async Task SendAsync(List<Entry<T>> group)
        {
            // The flow of the call that came first must not lend its trace to those that came later. The message is a span of one
            // trace, of one that is recorded where there is any.
            var shown = group.Find(entry => entry.Activity is { Recorded: true })?.Activity ?? group[0].Activity;
            Activity.Current = shown;
            using var activity = StartGroupActivity(group, shown);
            // The youngest caller waits longest: once it has given up, so have the others.
            await bus.Publish(group[0].Message, new GroupPipe<T>(group), group[^1].CancellationToken);
        }

        private void TakeWaiting(List<Entry<T>> group)
        {
            group.Clear();
            var bytes = 0;
            lock (_gate)
            {
                while (group.Count < options.MaxEvents && _waiting.TryPeek(out var next))
                {
                    if (!next.CancellationToken.IsCancellationRequested)
                    {
                        bytes += next.Message.Payload.Length;
                        if (bytes > options.MaxBytes && group.Count > 0)
                        {
                            break;
                        }

                        group.Add(next);
                    }

                    _waiting.Dequeue();
                }

                if (group.Count == 0)
                {
                    _inFlight--;
                }
            }
        }

        private static Activity? StartGroupActivity(List<Entry<T>> group, Activity? shown)
            => group.Count > 1 && shown is { Recorded: true } && Source.HasListeners()
                ? Source.StartActivity(
                    $"publish group {typeof(T).Name}",
                    ActivityKind.Internal,
                    shown.Context,
                    [new("pilothooks.publish.group.size", group.Count)],
                    group.Where(entry => entry.Activity is { Recorded: true } other && other != shown).Select(entry => new ActivityLink(entry.Activity!.Context)))
                : null;
    }

    private sealed record Entry<T>(T Message, Activity? Activity, CancellationToken CancellationToken)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Hands the whole group to the serializer, beside the event that gives the message its type.</summary>
    private sealed class GroupPipe<T>(List<Entry<T>> group) : IPipe<PublishContext<T>>
        where T : class, IWebhookEvent
    {
        public Task Send(PublishContext<T> context)
        {
            context.Mandatory = true;
            if (group is [var only])
            {
                context.MessageId = only.Message.EventId;
            }
            else
            {
                IEventGroup<IWebhookEvent> events = new EventGroup<T>(group.ConvertAll(entry => entry.Message), group.ConvertAll(entry => entry.Activity?.Id));
                context.GetOrAddPayload(() => events);
            }

            return Task.CompletedTask;
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("group");
    }
}
