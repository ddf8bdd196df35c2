using Npgsql;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Intake;
using PilotHooks.Relay.Outages;
using PilotHooks.ServiceDefaults.Contacts;

namespace PilotHooks.Relay.Archive;

/// <summary>
/// Takes a batch of events from the bus: into the archive, from there to whoever subscribed, and what they tell of numbers'
/// outages. An event that is archived is attempted at once where its endpoint has capacity (<see cref="FirstAttempts"/>); its
/// other deliveries are due for whoever claims them, at once or when these attempts are written down.
/// </summary>
internal sealed class ArchiveMerge(
    NpgsqlDataSource database, ErasedContacts erased, ArchiveWriter archive, FirstAttemptPath firstAttempts, OutageMerge outages, IntakeTroubles troubles, TimeProvider time)
{
    /// <summary>Of a batch, for deliveries that came before it: the archive itself is never long behind.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(300);

    public Task MergeAsync(IReadOnlyList<ArchivedEvent> batch, CancellationToken cancellationToken)
        => erased.MergeAsync(batch, item => item.Event, (kept, state) => MergeAsync(kept, state, cancellationToken), cancellationToken);

    private async Task MergeAsync(IReadOnlyList<ArchivedEvent> batch, long erasures, CancellationToken cancellationToken)
    {
        await firstAttempts.WaitForDemandAsync(MaxWait, cancellationToken);
        var events = ArchiveWriter.Once(batch);
        var (promise, leasedAt) = (Guid.CreateVersion7(), time.GetTimestamp());
        DeliveryPlan made;
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        {
            var endpoints = await ArchiveWriter.EndpointsAsync(connection, events, cancellationToken);
            made = await archive.WriteAsync(connection, events, DeliveryPlan.Of(events, endpoints, firstAttempts.Capacity()), promise, erasures, cancellationToken);
        }

        if (made.AttemptedFirst.Count > 0)
        {
            firstAttempts.Attempt(new FirstAttempts(promise, made.AttemptedFirst, made.WrittenLater), leasedAt);
        }

        firstAttempts.LookForDue(made.DueAtOnce.Select(delivery => delivery.Endpoint.Id).ToHashSet());

        // By itself: it changes nothing the second time, so a batch that fails here is simply merged again.
        await outages.MergeAsync([.. batch.Select(item => NumberChange.Read(item.Event)).OfType<NumberChange>()], cancellationToken);
        await troubles.NoteAsync([.. batch.Select(item => IntakeTrouble.Of(item.Event)).OfType<IntakeTrouble>()], cancellationToken);
    }
}
