using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Endpoints;
using PilotHooks.Relay.Outages;

namespace PilotHooks.Relay.Archive;

/// <summary>
/// Archives a batch of events and makes their deliveries, in one statement: an event is archived exactly if its
/// deliveries exist. One that was archived before changes nothing, so a redelivery by the bus, even of an event whose
/// deliveries have ended, makes none again.
/// </summary>
internal sealed class ArchiveMerge(NpgsqlDataSource database, OutageMerge outages, WorkSignal work, RelayMetrics metrics)
{
    private const string Sql = """
        WITH incoming AS (
            SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[], $9::bytea[])
                AS i(event_id, kind, event, source, number_id, occurred_at, received_at, traceparent, payload)
        ), archived AS (
            INSERT INTO events (event_id, kind, event, source, number_id, occurred_at, received_at, traceparent, payload)
            SELECT * FROM incoming
            ON CONFLICT (event_id) DO NOTHING
            RETURNING event_id, event, number_id, length(payload) AS size
        ), patterns AS (
            SELECT event, array_agg(pattern) AS patterns FROM unnest($10::text[], $11::text[]) AS p(event, pattern) GROUP BY event
        ), queued AS (
            INSERT INTO deliveries (id, endpoint_id, event_id, event, due_at, size)
            SELECT gen_random_uuid(), e.id, a.event_id, a.event, now(), a.size
            FROM archived a
            JOIN patterns p ON p.event = a.event
            JOIN endpoints e ON e.events && p.patterns AND (e.number_id IS NULL OR e.number_id = a.number_id)
            ON CONFLICT (event_id, endpoint_id) DO NOTHING
            RETURNING 1
        )
        SELECT (SELECT coalesce(array_agg(event_id), '{}') FROM archived), (SELECT count(*) FROM queued)
        """;

    public async Task MergeAsync(IReadOnlyList<ArchivedEvent> batch, CancellationToken cancellationToken)
    {
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        {
            await MergeAsync(connection, batch, cancellationToken);
        }

        // By itself: it changes nothing the second time, so a batch that fails here is simply merged again.
        await outages.MergeAsync([.. batch.Select(item => NumberChange.Read(item.Event)).OfType<NumberChange>()], cancellationToken);
    }

    /// <summary>The same within the connection's transaction.</summary>
    public async Task MergeAsync(NpgsqlConnection connection, IReadOnlyList<ArchivedEvent> batch, CancellationToken cancellationToken)
    {
        // Sorted, so that replicas with the same events in their batches wait for each other in one order.
        var events = batch.DistinctBy(item => item.Event.EventId).OrderBy(item => item.Event.EventId).ToList();
        var patterns = events.Select(item => item.Event.Event).Distinct().SelectMany(name => EventGate.Patterns(name).Select(pattern => (Name: name, Pattern: pattern))).ToList();
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Add(Column(events, item => item.Event.EventId));
        command.Parameters.Add(Column(events, item => item.Event.GetType().Name));
        command.Parameters.Add(Column(events, item => item.Event.Event));
        command.Parameters.Add(Column(events, item => item.Event.Source));
        command.Parameters.Add(Column(events, item => item.Event.NumberId));
        command.Parameters.Add(Column(events, item => item.Event.OccurredAt.UtcDateTime));
        command.Parameters.Add(Column(events, item => item.Event.ReceivedAt.UtcDateTime));
        command.Parameters.Add(Column(events, item => item.TraceParent));
        command.Parameters.Add(new NpgsqlParameter { Value = events.ConvertAll(item => AsArray(item.Event.Payload)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        command.Parameters.Add(Column(patterns, item => item.Name));
        command.Parameters.Add(Column(patterns, item => item.Pattern));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (archived, queued) = (reader.GetFieldValue<Guid[]>(0).ToHashSet(), reader.GetInt64(1));
        metrics.Archived(archived.Count, queued);
        foreach (var item in events.Where(item => archived.Contains(item.Event.EventId)))
        {
            metrics.Reported(item.Event);
        }

        if (queued > 0)
        {
            work.Set();
        }
    }

    private static NpgsqlParameter<TValue[]> Column<TItem, TValue>(List<TItem> items, Func<TItem, TValue> value)
        => new() { TypedValue = [.. items.Select(value)] };

    /// <summary>The very array where the payload fills one, as it does when it comes from the bus.</summary>
    private static byte[] AsArray(ReadOnlyMemory<byte> payload)
        => MemoryMarshal.TryGetArray(payload, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : payload.ToArray();
}
