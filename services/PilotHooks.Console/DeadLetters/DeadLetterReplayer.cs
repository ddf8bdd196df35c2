using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.Console.DeadLetters;

/// <summary>
/// Replays what was asked for, in small batches. The request lies in the table, so it outlives this process, and
/// replicas share the work: each takes rows that no other has locked.
/// </summary>
internal sealed partial class DeadLetterReplayer(DeadLetterStore store, DeadLetterPublisher publisher, TimeProvider time, ILogger<DeadLetterReplayer> logger) : BackgroundService
{
    /// <summary>Bounds what lies in memory: each may be as large as a webhook's body.</summary>
    private const int MaxBatch = 32;
    private static readonly TimeSpan PollDelay = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _wake = new(0, 1);

    /// <summary>Starts at once what would start at the next poll.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            try
            {
                _wake.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another call woke it in the same moment.
            }
        }
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var worked = false;
            try
            {
                using var trace = new BackgroundTrace("dead letters replay");
                worked = await store.ReplayRequestedAsync(
                    MaxBatch,
                    letters =>
                    {
                        trace.Did(letters.Count);
                        return PublishAsync(letters, stoppingToken);
                    },
                    time,
                    stoppingToken) > 0;
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The rows keep their request; broker and database come back.
                Log.Interrupted(logger, exception.Message);
            }

            if (!worked)
            {
                await _wake.WaitAsync(PollDelay, stoppingToken);
            }
        }
    }

    private async Task<IReadOnlyList<Guid>> PublishAsync(IReadOnlyList<Replayable> letters, CancellationToken cancellationToken)
    {
        var confirmed = await publisher.PublishAsync(letters, cancellationToken);
        Log.Replayed(logger, confirmed.Count, letters.Count - confirmed.Count);
        return confirmed;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Replayed {Count} dead letters; {Unroutable} had no queue to go to and stay")]
        public static partial void Replayed(ILogger logger, int count, int unroutable);

        [LoggerMessage(LogLevel.Warning, "Replaying dead letters was interrupted and goes on soon: {Reason}")]
        public static partial void Interrupted(ILogger logger, string reason);
    }
}
