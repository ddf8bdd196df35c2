using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>Merges a batch of events of one kind into the database, in one transaction: all of them or none.</summary>
public delegate Task MergeBatch<T>(IReadOnlyList<T> events, CancellationToken cancellationToken);

/// <summary>How large a batch may grow, how many are merged at the same time, and how many messages wait for that.</summary>
/// <param name="Prefetch">
/// Messages of one event or of a whole group (<see cref="GroupPublishOptions"/>): enough to fill the next batch while one
/// is merged when they are single, and a bound of the memory when they are groups.
/// </param>
public sealed record MergeBatchOptions(int MaxBatch = 256, int Lanes = 1, int Prefetch = 128);

/// <summary>Where merged events come from, for the metric that tells how far behind their consumer is.</summary>
/// <param name="Queue">One of <see cref="Queues"/>.</param>
/// <param name="ReceivedAt">When the ingress received the event.</param>
public sealed record MergeSource<T>(string Queue, Func<T, DateTimeOffset> ReceivedAt);

/// <summary>
/// Group commit for consumers: each consumed message waits here until the batch that it joined is committed, and only
/// then is acknowledged. A batch is whatever has arrived while the one before it was being merged, so an idle system
/// merges at once and a busy one in large batches, with no timer between.
/// <para>
/// MassTransit's own <c>Batch&lt;T&gt;</c> was not taken because it faults a batch as a whole: here, a message that the
/// database will never take is found by halving, and alone becomes a dead letter. While the database is away the
/// messages stay unacknowledged in the broker, for as long as it takes, and nothing becomes a dead letter.
/// </para>
/// </summary>
public sealed partial class MergeBatcher<T>(
    MergeBatch<T> merge, MergeBatchOptions options, TimeProvider time, ILogger<MergeBatcher<T>> logger, IMeterFactory meters, MergeSource<T>? source = null) : BackgroundService
    where T : class
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);
    private static readonly ActivitySource Source = new("PilotHooks.Bus");
    private static readonly string MergeName = $"merge {typeof(T).Name}";
    private static readonly string BatchName = $"merge batch of {typeof(T).Name}";

    private readonly Channel<Entry> _entries = Channel.CreateBounded<Entry>(options.MaxBatch * (options.Lanes + 1));
    private readonly Histogram<int> _sizes = meters.Create("PilotHooks.Bus").CreateHistogram<int>("pilothooks.merge.batch.size", "{event}", "Events merged in one transaction.");
    private readonly Histogram<double> _durations = meters.Create("PilotHooks.Bus").CreateHistogram<double>("pilothooks.merge.duration", "s", "Time of one merge.");
    private readonly Histogram<double> _ages = meters.Create("PilotHooks.Bus").CreateHistogram<double>("pilothooks.queue.age", "s", "From the ingress to the commit of the merge, by queue; a replayed event counts from when it first came.");

    /// <summary>
    /// Completes when the event is committed; fails when the database refused this very event. Cancelled (the service
    /// stops, or the broker is gone), the event is left to the broker: it may still be merged here, and once more there.
    /// </summary>
    public async Task MergeAsync(T message, string? traceParent, CancellationToken cancellationToken)
    {
        if (await MergeAsync([message], [traceParent], cancellationToken) is [var (_, reason)])
        {
            ExceptionDispatchInfo.Throw(reason);
        }
    }

    /// <summary>
    /// Completes when each event is committed or refused; returns those that the database refused, and why. Waiting together
    /// costs as much as waiting alone. Cancelled, all are left to the broker.
    /// </summary>
    /// <param name="messages">The events.</param>
    /// <param name="traceParents">The traceparent of each, in their order; its merge is a span of that trace.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<(T Message, Exception Reason)>> MergeAsync(IReadOnlyList<T> messages, IReadOnlyList<string?> traceParents, CancellationToken cancellationToken)
    {
        var entry = new Entry(messages, StartActivities(traceParents));
        try
        {
            await _entries.Writer.WriteAsync(entry, cancellationToken);
            await entry.Done.WaitAsync(cancellationToken);
            return entry.Refused;
        }
        finally
        {
            foreach (var activity in entry.Activities)
            {
                activity?.Stop();
            }
        }
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
        => Task.WhenAll(Enumerable.Range(0, options.Lanes).Select(_ => Task.Run(() => RunAsync(stoppingToken), CancellationToken.None)));

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            var items = new List<Item>();
            while (items.Count > 0 || await _entries.Reader.WaitToReadAsync(stoppingToken))
            {
                while (items.Count < options.MaxBatch && _entries.Reader.TryRead(out var entry))
                {
                    entry.AddTo(items);
                }

                // What is more than a batch of the entry that filled it begins the next.
                var size = Math.Min(items.Count, options.MaxBatch);
                await MergeAsync(items[..size], stoppingToken);
                items.RemoveRange(0, size);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left was not acknowledged: the broker hands it to the next replica.
        }
    }

    private async Task MergeAsync(List<Item> batch, CancellationToken stoppingToken)
    {
        for (var delay = TimeSpan.FromMilliseconds(100); batch.Count > 0; delay = delay < MaxDelay ? delay * 2 : MaxDelay)
        {
            using var activity = StartBatchActivity(batch);
            try
            {
                var start = time.GetTimestamp();
                await merge(batch.ConvertAll(item => item.Message), stoppingToken);
                _durations.Record(time.GetElapsedTime(start).TotalSeconds, new KeyValuePair<string, object?>("kind", typeof(T).Name));
                _sizes.Record(batch.Count, new KeyValuePair<string, object?>("kind", typeof(T).Name));
                RecordAges(batch);
                batch.ForEach(item => item.Entry.End(item, refusedFor: null));
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception exception) when (Transience.IsTransient(exception))
            {
                Log.Waiting(logger, batch.Count, typeof(T).Name, exception.Message);
                activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
                activity?.Stop();
                await Task.Delay(delay, time, stoppingToken);
            }
            catch (Exception exception) when (batch.Count == 1)
            {
                activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
                batch[0].Entry.End(batch[0], exception);
                return;
            }
            catch (Exception exception)
            {
                Log.Halving(logger, batch.Count, typeof(T).Name, exception.Message);
                activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
                activity?.Stop();
                await MergeAsync(batch[..(batch.Count / 2)], stoppingToken);
                await MergeAsync(batch[(batch.Count / 2)..], stoppingToken);
                return;
            }
        }
    }

    private void RecordAges(List<Item> batch)
    {
        if (source is null || !_ages.Enabled)
        {
            return;
        }

        var now = time.GetUtcNow();
        foreach (var item in batch)
        {
            _ages.Record(Math.Max(0, (now - source.ReceivedAt(item.Message)).TotalSeconds), new KeyValuePair<string, object?>("queue", source.Queue));
        }
    }

    /// <summary>One for each event whose trace is recorded, from now to its commit.</summary>
    private static Activity?[] StartActivities(IReadOnlyList<string?> traceParents)
    {
        if (!Source.HasListeners() || traceParents.All(traceParent => traceParent is null))
        {
            return [];
        }

        var current = Activity.Current;
        var activities = new Activity?[traceParents.Count];
        for (var i = 0; i < activities.Length; i++)
        {
            activities[i] = traceParents[i] is { } traceParent ? Source.StartActivity(MergeName, ActivityKind.Internal, traceParent) : null;
        }

        // They are side by side, none within another.
        Activity.Current = current;
        return activities;
    }

    /// <summary>The batch and its SQL are a span of the first event's trace, linked to those of the others.</summary>
    private static Activity? StartBatchActivity(List<Item> batch)
    {
        if (!Source.HasListeners() || batch.Find(item => item.Context is not null).Context is not { } parent)
        {
            return null;
        }

        var others = batch.Where(item => item.Context is { } context && context != parent).Select(item => new ActivityLink(item.Context!.Value));
        return Source.StartActivity(BatchName, ActivityKind.Internal, parent, [new("pilothooks.merge.batch.size", batch.Count)], others);
    }

    /// <summary>Events that wait together.</summary>
    private sealed class Entry(IReadOnlyList<T> messages, Activity?[] activities)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<(T Message, Exception Reason)> _refused = [];
        private int _open = messages.Count;

        public Activity?[] Activities => activities;

        public Task Done => _done.Task;

        /// <summary>To be read when done.</summary>
        public IReadOnlyList<(T Message, Exception Reason)> Refused => _refused;

        public void AddTo(List<Item> items)
        {
            for (var i = 0; i < messages.Count; i++)
            {
                items.Add(new Item(this, messages[i], i < activities.Length ? activities[i]?.Context : null));
            }
        }

        /// <summary>All of an entry are merged by the lane that has taken it, one batch after the other.</summary>
        public void End(Item item, Exception? refusedFor)
        {
            if (refusedFor is not null)
            {
                _refused.Add((item.Message, refusedFor));
            }

            if (--_open == 0)
            {
                _done.SetResult();
            }
        }
    }

    private readonly record struct Item(Entry Entry, T Message, ActivityContext? Context);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away; {Count} {Kind} wait, unacknowledged: {Reason}")]
        public static partial void Waiting(ILogger logger, int count, string kind, string reason);

        [LoggerMessage(LogLevel.Warning, "The database refused one of {Count} {Kind}; halving the batch to find it: {Reason}")]
        public static partial void Halving(ILogger logger, int count, string kind, string reason);
    }
}

/// <summary>Consumes one kind of event into its <see cref="MergeBatcher{T}"/>.</summary>
public sealed class MergeConsumer<T>(MergeBatcher<T> batcher) : IConsumer<IEventGroup<T>>
    where T : class, IWebhookEvent
{
    /// <inheritdoc />
    public Task Consume(ConsumeContext<IEventGroup<T>> context) => batcher.ConsumeAsync(context, (message, _) => message, message => message);
}

/// <summary>Takes messages from the bus into a batcher.</summary>
public static class MergeConsuming
{
    /// <summary>
    /// Completes, so that the message may be acknowledged, when all its events are committed. What the database refuses of
    /// several goes back to its own queue, alone: there it fails alone, and becomes a dead letter of one event.
    /// </summary>
    /// <param name="batcher">Where they are merged.</param>
    /// <param name="context">The message.</param>
    /// <param name="wrap">What the batcher takes of an event and its traceparent.</param>
    /// <param name="unwrap">The event again.</param>
    public static async Task ConsumeAsync<TEvent, TItem>(
        this MergeBatcher<TItem> batcher, ConsumeContext<IEventGroup<TEvent>> context, Func<TEvent, string?, TItem> wrap, Func<TItem, TEvent> unwrap)
        where TEvent : class, IWebhookEvent
        where TItem : class
    {
        var group = context.Message;
        if (group.Events is [var only])
        {
            var traceParent = Activity.Current?.Id ?? group.TraceParents[0];
            await batcher.MergeAsync(wrap(only, traceParent), traceParent, context.CancellationToken);
            return;
        }

        List<TItem> items = [.. group.Events.Zip(group.TraceParents, wrap)];
        foreach (var (item, _) in await batcher.MergeAsync(items, group.TraceParents, context.CancellationToken))
        {
            var refused = unwrap(item);
            var queue = await context.GetSendEndpoint(context.ReceiveContext.InputAddress);
            await queue.Send(refused, refused.GetType(), Pipe.Execute<SendContext>(send => send.MessageId = refused.EventId), context.CancellationToken);
        }
    }
}

/// <summary>Registers what merges a kind of event.</summary>
public static class MergeConsumers
{
    /// <summary>
    /// Consumes <typeparamref name="T"/> from <paramref name="queue"/>, merging with what <paramref name="merge"/> makes.
    /// </summary>
    public static void AddMergeConsumer<T>(this IBusRegistrationConfigurator bus, string queue, Func<IServiceProvider, MergeBatch<T>> merge, MergeBatchOptions? options = null)
        where T : class, IWebhookEvent
    {
        options ??= new MergeBatchOptions();
        bus.AddSingleton(new MergeSource<T>(queue, item => item.ReceivedAt));
        bus.AddSingleton(services => ActivatorUtilities.CreateInstance<MergeBatcher<T>>(services, merge(services), options));
        bus.AddHostedService(services => services.GetRequiredService<MergeBatcher<T>>());
        bus.AddConsumer<MergeConsumer<T>>().Endpoint(endpoint =>
        {
            endpoint.Name = queue;
            endpoint.PrefetchCount = options.Prefetch;
            endpoint.ConcurrentMessageLimit = options.Prefetch;
        });
    }
}
