using System.Diagnostics;
using System.Diagnostics.Metrics;
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
        using var activity = Source.StartActivity("merge", ActivityKind.Internal, traceParent);
        var entry = new Entry(message, activity?.Context);
        await _entries.Writer.WriteAsync(entry, cancellationToken);
        await entry.Done.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
        => Task.WhenAll(Enumerable.Range(0, options.Lanes).Select(_ => Task.Run(() => RunAsync(stoppingToken), CancellationToken.None)));

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _entries.Reader.WaitToReadAsync(stoppingToken))
            {
                var batch = new List<Entry>();
                while (batch.Count < options.MaxBatch && _entries.Reader.TryRead(out var entry))
                {
                    batch.Add(entry);
                }

                await MergeAsync(batch, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left was not acknowledged: the broker hands it to the next replica.
        }
    }

    private async Task MergeAsync(List<Entry> batch, CancellationToken stoppingToken)
    {
        for (var delay = TimeSpan.FromMilliseconds(100); batch.Count > 0; delay = delay < MaxDelay ? delay * 2 : MaxDelay)
        {
            try
            {
                var start = Stopwatch.GetTimestamp();
                using var activity = StartBatchActivity(batch);
                await merge(batch.ConvertAll(entry => entry.Message), stoppingToken);
                _durations.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, new KeyValuePair<string, object?>("kind", typeof(T).Name));
                _sizes.Record(batch.Count, new KeyValuePair<string, object?>("kind", typeof(T).Name));
                RecordAges(batch);
                batch.ForEach(entry => entry.Done.SetResult());
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception exception) when (Transience.IsTransient(exception))
            {
                Log.Waiting(logger, batch.Count, typeof(T).Name, exception.Message);
                await Task.Delay(delay, time, stoppingToken);
            }
            catch (Exception exception) when (batch.Count == 1)
            {
                batch[0].Done.SetException(exception);
                return;
            }
            catch (Exception exception)
            {
                Log.Halving(logger, batch.Count, typeof(T).Name, exception.Message);
                await MergeAsync(batch[..(batch.Count / 2)], stoppingToken);
                await MergeAsync(batch[(batch.Count / 2)..], stoppingToken);
                return;
            }
        }
    }

    private void RecordAges(List<Entry> batch)
    {
        if (source is null || !_ages.Enabled)
        {
            return;
        }

        var now = time.GetUtcNow();
        foreach (var entry in batch)
        {
            _ages.Record(Math.Max(0, (now - source.ReceivedAt(entry.Message)).TotalSeconds), new KeyValuePair<string, object?>("queue", source.Queue));
        }
    }

    /// <summary>The batch and its SQL are a span of the first event's trace, linked to those of the others.</summary>
    private static Activity? StartBatchActivity(List<Entry> batch)
    {
        if (!Source.HasListeners() || batch.Find(entry => entry.Context is not null)?.Context is not { } parent)
        {
            return null;
        }

        var others = batch.Where(entry => entry.Context is { } context && context != parent).Select(entry => new ActivityLink(entry.Context!.Value));
        return Source.StartActivity("merge batch", ActivityKind.Internal, parent, [new("pilothooks.merge.batch.size", batch.Count)], others);
    }

    private sealed record Entry(T Message, ActivityContext? Context)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

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
    public async Task Consume(ConsumeContext<IEventGroup<T>> context)
    {
        var group = context.Message;
        if (group.Events is [var only])
        {
            await batcher.MergeAsync(only, Activity.Current?.Id, context.CancellationToken);
            return;
        }

        var merges = new Task[group.Events.Count];
        for (var i = 0; i < merges.Length; i++)
        {
            merges[i] = batcher.MergeAsync(group.Events[i], group.TraceParents[i], context.CancellationToken);
        }

        await Task.WhenAll(merges).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        context.CancellationToken.ThrowIfCancellationRequested();
        for (var i = 0; i < merges.Length; i++)
        {
            if (merges[i].IsFaulted)
            {
                // Back to its own queue, alone: there it fails alone, and becomes a dead letter of one event.
                var refused = group.Events[i];
                var queue = await context.GetSendEndpoint(context.ReceiveContext.InputAddress);
                await queue.Send(refused, Pipe.Execute<SendContext<T>>(send => send.MessageId = refused.EventId), context.CancellationToken);
            }
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
