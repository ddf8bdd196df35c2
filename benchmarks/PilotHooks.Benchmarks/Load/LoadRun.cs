using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace PilotHooks.Benchmarks.Load;

/// <summary>What a run of load measured.</summary>
/// <param name="Accepted">Events accepted.</param>
/// <param name="Elapsed">From the first send to the last answer.</param>
/// <param name="Latency">Of each event: from its scheduled send (open loop) or its send (closed loop) to its answer.</param>
/// <param name="Lag">How late the generator itself sent, in an open loop.</param>
internal sealed record LoadResult(long Accepted, TimeSpan Elapsed, LatencyHistogram Latency, LatencyHistogram Lag)
{
    public double PerSecond => Accepted / Elapsed.TotalSeconds;
}

/// <summary>What a connection of a closed loop does next.</summary>
internal enum Next
{
    Send,
    Wait,
    Stop,
}

/// <summary>Sends events at one target.</summary>
internal sealed class LoadRun(IPEndPoint target, Payloads payloads, Ledger ledger)
{
    private readonly LatencyHistogram _latency = new();
    private readonly LatencyHistogram _lag = new();

    /// <summary>Closed loop: each connection sends the next event as soon as it has its answer. For throughput.</summary>
    public Task<LoadResult> AtFullSpeedAsync(int connections, TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp();
        return AtFullSpeedAsync(connections, () => Stopwatch.GetElapsedTime(start) < duration ? Next.Send : Next.Stop);
    }

    /// <summary>Closed loop, in which <paramref name="next"/> is asked before each event what to do.</summary>
    public async Task<LoadResult> AtFullSpeedAsync(int connections, Func<Next> next)
    {
        var open = await OpenAsync(connections);
        var before = ledger.Accepted;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(open.Select(connection => Task.Run(async () =>
        {
            for (var step = next(); step != Next.Stop; step = next())
            {
                if (step == Next.Wait)
                {
                    await Task.Delay(10);
                    continue;
                }

                var sent = Stopwatch.GetTimestamp();
                ledger.Count(await connection.PostAsync(ledger.Next()));
                _latency.Record(Stopwatch.GetElapsedTime(sent));
            }
        })));
        return Finish(open, before, start);
    }

    /// <summary>
    /// Open loop: events are due at a constant rate, whatever the target does. For latency: what a slow target holds up is
    /// counted from the moment it was due.
    /// </summary>
    public async Task<LoadResult> AtRateAsync(double perSecond, int connections, TimeSpan duration)
    {
        var open = await OpenAsync(connections);
        var idle = new ConcurrentStack<HookConnection>(open);
        var due = new ConcurrentQueue<long>();
        var before = ledger.Accepted;
        var total = (long)(perSecond * duration.TotalSeconds);
        var remaining = total;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = Stopwatch.GetTimestamp();

        // A thread of its own, so that pacing never waits for the pool.
        var pacer = new Thread(() =>
        {
            for (var scheduled = 0L; scheduled < total;)
            {
                var now = (long)(Stopwatch.GetElapsedTime(start).TotalSeconds * perSecond);
                for (; scheduled < Math.Min(now, total); scheduled++)
                {
                    due.Enqueue(start + (long)(scheduled / perSecond * Stopwatch.Frequency));
                    if (idle.TryPop(out var connection))
                    {
                        _ = SendDueAsync(connection);
                    }
                }

                Thread.Sleep(1);
            }
        });
        pacer.Start();
        await done.Task;
        pacer.Join();
        return Finish(open, before, start);

        async Task SendDueAsync(HookConnection connection)
        {
            try
            {
                do
                {
                    while (due.TryDequeue(out var at))
                    {
                        _lag.Record(Stopwatch.GetElapsedTime(at));
                        ledger.Count(await connection.PostAsync(ledger.Next()));
                        _latency.Record(Stopwatch.GetElapsedTime(at));
                        if (Interlocked.Decrement(ref remaining) == 0)
                        {
                            done.TrySetResult();
                        }
                    }

                    idle.Push(connection);
                }
                // What fell due between the last look and the push would wait for nobody.
                while (!due.IsEmpty && idle.TryPop(out connection!));
            }
            catch (Exception exception)
            {
                done.TrySetException(exception);
            }
        }
    }

    private Task<HookConnection[]> OpenAsync(int connections)
        => Task.WhenAll(Enumerable.Range(0, connections).Select(_ => HookConnection.OpenAsync(target, payloads)));

    private LoadResult Finish(HookConnection[] connections, long acceptedBefore, long start)
    {
        var elapsed = Stopwatch.GetElapsedTime(start);
        foreach (var connection in connections)
        {
            connection.Dispose();
        }

        return new LoadResult(ledger.Accepted - acceptedBefore, elapsed, _latency, _lag);
    }
}
