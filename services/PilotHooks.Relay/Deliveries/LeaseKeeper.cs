using Microsoft.Extensions.Options;
using PilotHooks.ServiceDefaults.Data;
using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Claims leases of due deliveries, releases them, and takes over what dead replicas leased or promised.
/// </summary>
internal sealed partial class LeaseKeeper(ClaimQuery query, PromiseTakeover promises, WorkSignal signal, IOptions<RelayOptions> options, TimeProvider time, ILogger<LeaseKeeper> logger)
{
    /// <summary>How often promises of dead replicas are looked for.</summary>
    private static readonly TimeSpan TakeOverInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long after the database was away no replica takes over what another one leased: leases could end while their holder was
    /// unable to record what it had done. Twice what a batcher waits at most between two tries.
    /// </summary>
    private static readonly TimeSpan ReturnGrace = TimeSpan.FromSeconds(10);

    private long _claimedAnywhereAt;
    private long _lookedForPromisesAt;
    private long? _awayAt;

    /// <summary>Whether leases of other replicas that have ended are taken over now.</summary>
    public bool TakesOver => _awayAt is not { } awayAt || time.GetElapsedTime(awayAt) >= ReturnGrace;

    /// <summary>Claims deliveries that are due, as far as there is capacity; null if the database is away.</summary>
    public async Task<IReadOnlyList<ClaimedDelivery>?> ClaimAsync(DeliveryCapacity capacity, CancellationToken cancellationToken)
    {
        // At all endpoints when something may be due at any of them. In between, while attempts end by the hundred, only at those
        // that are being called.
        var claimsAnywhere = signal.ConsumeDue() || time.GetElapsedTime(_claimedAnywhereAt) >= options.Value.PollInterval;
        _claimedAnywhereAt = claimsAnywhere ? time.GetTimestamp() : _claimedAnywhereAt;
        try
        {
            using var trace = new BackgroundTrace("deliveries claim");
            var claimed = await query.ClaimAsync(capacity, claimsAnywhere, TakesOver, cancellationToken);
            trace.Did(claimed.Count);
            return claimed;
        }
        catch (Exception exception) when (Transience.IsTransient(exception))
        {
            RecordAway(exception);
            return null;
        }
    }

    /// <summary>Looks from time to time for deliveries that dead replicas promised, and makes them due.</summary>
    /// <param name="ownPromises">Promises that this replica still keeps, however old.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task TakeOverPromisesAsync(Func<Guid[]> ownPromises, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_lookedForPromisesAt) < TakeOverInterval || !TakesOver)
        {
            return;
        }

        _lookedForPromisesAt = time.GetTimestamp();
        try
        {
            using var trace = new BackgroundTrace("deliveries take over");
            while (await promises.TakeOverAsync(ownPromises(), cancellationToken))
            {
                trace.Did(1);
                signal.SignalDue();
            }
        }
        catch (Exception exception) when (Transience.IsTransient(exception))
        {
            RecordAway(exception);
        }
    }

    /// <summary>Gives deliveries that were not attempted back to any replica.</summary>
    public async Task ReleaseAsync(IReadOnlyCollection<ClaimedDelivery> deliveries)
    {
        var leased = new List<ClaimedDelivery>(deliveries.Count);
        foreach (var delivery in deliveries)
        {
            // A row that is still to be written is written without a lease. One that is being written has a lease afterwards.
            if (delivery is not FirstDelivery first || !first.Batch.TryGiveUp(first))
            {
                await delivery.RowWritten;
                leased.Add(delivery);
            }
        }

        if (leased.Count == 0)
        {
            return;
        }

        try
        {
            await query.ReleaseAsync(leased, CancellationToken.None);
            signal.SignalDue();
        }
        catch (Exception exception) when (Transience.IsTransient(exception))
        {
            // Their leases end by themselves.
            Log.Away(logger, exception.Message);
        }
    }

    private void RecordAway(Exception exception)
    {
        _awayAt = time.GetTimestamp();
        Log.Away(logger, exception.Message);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away; deliveries wait: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
