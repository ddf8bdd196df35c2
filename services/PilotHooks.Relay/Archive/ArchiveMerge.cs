using Npgsql;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Outages;

namespace PilotHooks.Relay.Archive;

/// <summary>Takes a batch of events from the bus: into the archive, from there to whoever subscribed, and what they tell of numbers' outages.</summary>
internal sealed class ArchiveMerge(NpgsqlDataSource database, ArchiveWriter archive, DeliveryWorker worker, OutageMerge outages, TimeProvider time)
{
    /// <summary>Of a batch, for deliveries that came before it: the archive itself is never long behind.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(50);

    public async Task MergeAsync(IReadOnlyList<ArchivedEvent> batch, CancellationToken cancellationToken)
    {
        await worker.WaitForDemandAsync(MaxWait, cancellationToken);
        var leasedAt = time.GetTimestamp();
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        {
            var written = await archive.WriteAsync(connection, batch, worker.Room(), cancellationToken);
            worker.Take(written.Leased, leasedAt);
            worker.Leave(written.Left);
        }

        // By itself: it changes nothing the second time, so a batch that fails here is simply merged again.
        await outages.MergeAsync([.. batch.Select(item => NumberChange.Read(item.Event)).OfType<NumberChange>()], cancellationToken);
    }
}
