using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.Relay.Deliveries;

/// <summary>Carries out what the scheduler decides: starts attempts, has outcomes recorded, releases leases, looks for more.</summary>
internal sealed partial class DeliveryDispatcher(DeliveryScheduler scheduler, AttemptRunner runner, LeaseKeeper leases, WorkSignal signal, ILogger<DeliveryDispatcher> logger)
{
    /// <summary>Attempts deliveries that this replica has leased, each as soon as there is a slot.</summary>
    /// <param name="deliveries">With their leases.</param>
    /// <param name="leasedAt">A timestamp of the clock from before the leases began.</param>
    public void Dispatch(IReadOnlyList<ClaimedDelivery> deliveries, long leasedAt) => CarryOut(scheduler.AddLeased(deliveries, leasedAt));

    /// <summary>Releases what waits for a slot, and completes when the attempts under way are recorded.</summary>
    public async Task StopAsync()
    {
        await leases.ReleaseAsync(scheduler.Close().Release);
        await scheduler.Idle;
    }

    private void CarryOut(SchedulerDecisions decisions)
    {
        Start(decisions);
        if (decisions.Release.Count > 0)
        {
            _ = leases.ReleaseAsync(decisions.Release);
        }
    }

    private void Start(SchedulerDecisions decisions)
    {
        foreach (var delivery in decisions.Start)
        {
            (delivery as FirstDelivery)?.Batch.CountStarted();
            // No stop ends it: an attempt that began is finished and recorded.
            ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Dispatcher.RunAsync(work.Delivery), (Dispatcher: this, Delivery: delivery), preferLocal: false);
        }

        if (decisions.LookForMore)
        {
            signal.SignalCapacity();
        }
    }

    private async Task RunAsync(ClaimedDelivery delivery)
    {
        var result = await runner.AttemptAsync(delivery);
        // A first success is written with its row, and most attempts are one: then nothing is left to wait for.
        var isRecorded = result is null || (delivery is FirstDelivery first && first.Batch.TryWriteWithRow(first, result));
        var decisions = scheduler.CompleteAttempt(delivery, result, isRecorded);
        if (decisions.IsEnded)
        {
            CarryOut(decisions);
            return;
        }

        Start(decisions);
        await ConcludeAsync(delivery, isRecorded ? null : result, decisions.Release);
        CarryOut(scheduler.EndDelivery(delivery));
    }

    /// <summary>Has the result recorded, if there is one to record, and releases what was given up.</summary>
    private async Task ConcludeAsync(ClaimedDelivery delivery, AttemptResult? result, List<ClaimedDelivery> givenUp)
    {
        try
        {
            if (result is not null)
            {
                await runner.RecordAsync(delivery, result);
            }

            // Only now is it known whether the endpoint is to be left alone, so no claim takes them straight back.
            await leases.ReleaseAsync(givenUp);
        }
        catch (Exception exception)
        {
            // Its lease ends and it is attempted again.
            using var trace = EventTrace.Enter(delivery.TraceParent);
            Log.Lost(logger, exception, delivery.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The outcome of an attempt of delivery {Delivery} was lost")]
        public static partial void Lost(ILogger logger, Exception exception, Guid delivery);
    }
}
