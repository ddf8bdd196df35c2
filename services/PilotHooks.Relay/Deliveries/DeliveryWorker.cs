using Microsoft.Extensions.Options;

namespace PilotHooks.Relay.Deliveries;

/// <summary>The loop of deliveries: takes over, claims, and waits for work. Any number of replicas run it side by side.</summary>
internal sealed class DeliveryWorker(
    DeliveryScheduler scheduler, DeliveryDispatcher dispatcher, LeaseKeeper leases, FirstAttemptPath firstAttempts, WorkSignal signal, IOptions<RelayOptions> options, TimeProvider time)
    : BackgroundService
{
    /// <summary>Between two claims while the database is away.</summary>
    private static readonly TimeSpan AwayDelay = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        scheduler.Open();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await leases.TakeOverPromisesAsync(firstAttempts.UnwrittenPromises, stoppingToken);
                await ClaimAsync(stoppingToken);
                await signal.WaitAsync(options.Value.PollInterval, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Attempts under way end below, within their time-out.
        }

        await dispatcher.StopAsync();
        await firstAttempts.WhenWrittenAsync();
    }

    private async Task ClaimAsync(CancellationToken stoppingToken)
    {
        var capacity = scheduler.CapacityForClaim();
        if (capacity.Deliveries == 0)
        {
            return;
        }

        var leasedAt = time.GetTimestamp();
        if (await leases.ClaimAsync(capacity, stoppingToken) is { } claimed)
        {
            dispatcher.Dispatch(claimed, leasedAt);
            scheduler.RecordClaim(capacity, claimed);
        }
        else
        {
            await Task.Delay(AwayDelay, time, stoppingToken);
        }
    }
}
