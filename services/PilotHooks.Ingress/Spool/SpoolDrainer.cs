using System.Diagnostics;
using Microsoft.Extensions.Options;
using PilotHooks.Ingress.Publishing;
using PilotHooks.ServiceDefaults.Tracing;
using StackExchange.Redis;

namespace PilotHooks.Ingress.Spool;

/// <summary>
/// Brings what waits in the spool back to the broker, oldest first, one replica at a time:
/// 1. take the lease, 2. look at the oldest entries, 3. publish them together, 4. remove what the broker confirmed.
/// Whoever dies between 3 and 4 leaves them to be published again, with the same ids.
/// </summary>
internal sealed partial class SpoolDrainer(
    EventSpool spool,
    EventPublisher publisher,
    IOptions<SpoolOptions> options,
    IngressMetrics metrics,
    TimeProvider time,
    ILogger<SpoolDrainer> logger) : BackgroundService
{
    private static readonly ActivitySource Activities = new(IngressMetrics.MeterName);

    /// <summary>How often to look for what other replicas put there.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(2);

    private readonly string _holder = Guid.NewGuid().ToString("N");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.Zero;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await spool.Pushed.WaitAsync(Idle, stoppingToken);
                var depth = await spool.DepthAsync();
                metrics.SpoolDepth(depth);
                if (depth == 0 || await DrainAsync(stoppingToken))
                {
                    pause = TimeSpan.Zero;
                    continue;
                }

                // The broker is still away, or another replica drains.
                pause = pause == TimeSpan.Zero ? TimeSpan.FromMilliseconds(250) : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, MaxPause.Ticks));
                await Task.Delay(pause, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
            {
                // With Redis away there is nothing to drain; the ledger and the spool say so.
                await Task.Delay(Idle, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Whether the spool is empty now.</summary>
    private async Task<bool> DrainAsync(CancellationToken stoppingToken)
    {
        if (!await spool.TakeLeaseAsync(_holder))
        {
            return false;
        }

        var drained = 0;
        using var trace = new BackgroundTrace("spool drain");
        try
        {
            // The first entry alone finds out whether the broker is back.
            for (var count = 1; !stoppingToken.IsCancellationRequested; count = options.Value.DrainBatch)
            {
                var entries = await spool.PeekAsync(count);
                if (entries.Length == 0)
                {
                    return true;
                }

                var confirmed = await PublishAsync(entries);
                if (confirmed > 0 && !await spool.RemoveAsync(_holder, confirmed))
                {
                    return false;
                }

                drained += confirmed;
                trace.Did(confirmed);
                metrics.Drained(confirmed);
                if (confirmed < entries.Length)
                {
                    return false;
                }
            }

            return false;
        }
        finally
        {
            if (drained > 0)
            {
                Log.Drained(logger, drained);
                metrics.SpoolDepth(await spool.DepthAsync());
            }

            await spool.ReleaseLeaseAsync(_holder);
        }
    }

    /// <summary>Publishes all at once, and tells how many from the first on are confirmed.</summary>
    private async Task<int> PublishAsync(byte[][] entries)
    {
        var outcomes = new Task<bool>[entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            outcomes[i] = PublishAsync(entries[i], isOldest: i == 0);
        }

        await Task.WhenAll(outcomes);
        var failed = Array.FindIndex(outcomes, outcome => !outcome.Result);
        return failed < 0 ? entries.Length : failed;
    }

    private async Task<bool> PublishAsync(byte[] entry, bool isOldest)
    {
        if (!SpoolEntry.TryRead(entry, out var accepted, out var traceParent) || accepted is null)
        {
            if (isOldest)
            {
                await spool.SetAsideAsync(_holder);
            }

            return false;
        }

        // The event goes on in the trace of the request that brought it.
        using var activity = (IDisposable?)Activities.StartActivity("spool drain", ActivityKind.Internal, traceParent)
            ?? EventTrace.Enter(traceParent);
        return await publisher.PublishAsync(accepted, options.Value.DrainTimeout);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The broker is back: {Count} events went to it from the spool")]
        public static partial void Drained(ILogger logger, int count);
    }
}
