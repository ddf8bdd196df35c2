using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// The path of deliveries that are attempted before their rows are written: what there is capacity for, the attempts, and the
/// rows when the attempts have ended or have taken too long.
/// </summary>
internal sealed partial class FirstAttemptPath(
    DeliveryScheduler scheduler, DeliveryDispatcher dispatcher, MergeBatcher<FirstAttempts> rows, WorkSignal signal, TimeProvider time, ILogger<FirstAttemptPath> logger)
{
    /// <summary>How long rows wait for the last of their attempts to start: those of a busy endpoint are behind others.</summary>
    private static readonly TimeSpan MaxStartWait = TimeSpan.FromSeconds(1);

    /// <summary>How long they then wait for the outcomes: longer than most subscribers need, too short to be missed in a list.</summary>
    private static readonly TimeSpan MaxEndWait = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Task> _unwritten = [];

    /// <summary>What can be attempted now. Whoever asks at the same time is told the same.</summary>
    public DeliveryCapacity Capacity() => scheduler.Capacity();

    /// <summary>Completes when more deliveries are in demand, and after <paramref name="atMost"/> in any case.</summary>
    public Task WaitForDemandAsync(TimeSpan atMost, CancellationToken cancellationToken)
        => scheduler.WhenInDemand() is { } demand ? Task.WhenAny(demand, Task.Delay(atMost, time, cancellationToken)) : Task.CompletedTask;

    /// <summary>Attempts deliveries that a committed row of <c>first_attempts</c> promises, and writes their rows.</summary>
    /// <param name="batch">The promised deliveries.</param>
    /// <param name="leasedAt">A timestamp of the clock from before the promise.</param>
    public void Attempt(FirstAttempts batch, long leasedAt)
    {
        lock (_lock)
        {
            _unwritten.Add(batch.Id, batch.RowsWritten);
        }

        dispatcher.Dispatch(batch.Attempted, leasedAt);
        _ = WriteRowsAsync(batch);
    }

    /// <summary>Has deliveries looked for that are due at these endpoints, where there is capacity for them.</summary>
    public void LookForDue(IReadOnlySet<string> endpointIds)
    {
        if (scheduler.RecordDue(endpointIds))
        {
            signal.SignalDue();
        }
    }

    /// <summary>The promises that this replica still keeps.</summary>
    public Guid[] UnwrittenPromises()
    {
        lock (_lock)
        {
            return [.. _unwritten.Keys];
        }
    }

    /// <summary>Completes when the rows of all batches are written or given up.</summary>
    public Task WhenWrittenAsync()
    {
        lock (_lock)
        {
            return Task.WhenAll(_unwritten.Values);
        }
    }

    private async Task WriteRowsAsync(FirstAttempts batch)
    {
        await batch.AllStarted.WaitAsync(MaxStartWait, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await batch.AllEnded.WaitAsync(MaxEndWait, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        batch.FreezeRows();
        try
        {
            await rows.MergeAsync(batch, batch.Attempted[0].TraceParent, CancellationToken.None);
            LookForDue(batch.Deliveries.Where(delivery => delivery.IsUnleased).Select(delivery => delivery.EndpointId).ToHashSet());
        }
        catch (Exception exception)
        {
            // The promise stays. Whoever finds its lease ended makes the deliveries.
            Log.Unwritten(logger, exception, batch.Attempted.Count + batch.Unattempted.Count);
            batch.CompleteRows();
        }

        lock (_lock)
        {
            _unwritten.Remove(batch.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{Count} deliveries could not be written; they are made anew when their promise ends")]
        public static partial void Unwritten(ILogger logger, Exception exception, int count);
    }
}
