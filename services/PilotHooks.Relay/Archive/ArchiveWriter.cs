using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Endpoints;

namespace PilotHooks.Relay.Archive;

/// <summary>Deliveries that were made for a batch of events.</summary>
/// <param name="Leased">Those that this replica has.</param>
/// <param name="Left">Ids of the endpoints of the others, which are due for whoever claims them.</param>
internal sealed record WrittenDeliveries(IReadOnlyList<ClaimedDelivery> Leased, IReadOnlySet<string> Left);

/// <summary>
/// Archives events and makes their deliveries, in one statement: an event is archived exactly if its deliveries exist. One
/// that was archived before changes nothing, so a redelivery by the bus, even of an event whose deliveries have ended,
/// makes none again.
/// <para>
/// Deliveries for which this replica has room are made with its lease, as a claim would have given it: they can be
/// attempted from memory as soon as they are committed. What a claim must weigh (a rate limit, a circuit, a pause) is left
/// to the claim.
/// </para>
/// </summary>
internal sealed class ArchiveWriter(RelayMetrics metrics, IOptions<RelayOptions> options)
{
    private const string Sql = """
        WITH incoming AS (
            SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[], $9::bytea[])
                AS i(event_id, kind, event, source, number_id, occurred_at, received_at, traceparent, payload)
        ), archived AS (
            INSERT INTO events (event_id, kind, event, source, number_id, occurred_at, received_at, traceparent, payload)
            SELECT * FROM incoming
            ON CONFLICT (event_id) DO NOTHING
            RETURNING event_id, event, number_id, received_at, length(payload) AS size
        ), patterns AS (
            SELECT event, array_agg(pattern) AS patterns FROM unnest($10::text[], $11::text[]) AS p(event, pattern) GROUP BY event
        ), wanted AS (
            SELECT a.event_id, a.event, a.size, e.id AS endpoint_id,
                e.active AND e.rate_limit IS NULL AND s.circuit_until IS NULL AND (s.held_until IS NULL OR s.held_until <= now())
                    AND row_number() OVER (PARTITION BY e.id ORDER BY a.received_at, a.event_id) <= coalesce(r.room, $14)
                    AND row_number() OVER line <= $15 AND sum(a.size) OVER line - a.size < $16 AS taken
            FROM archived a
            JOIN patterns p ON p.event = a.event
            JOIN endpoints e ON e.events && p.patterns AND (e.number_id IS NULL OR e.number_id = a.number_id)
            JOIN endpoint_states s ON s.endpoint_id = e.id
            LEFT JOIN unnest($12::text[], $13::int[]) AS r(endpoint_id, room) ON r.endpoint_id = e.id
            WINDOW line AS (ORDER BY a.received_at, a.event_id, e.id ROWS UNBOUNDED PRECEDING)
        ), queued AS (
            INSERT INTO deliveries (id, endpoint_id, event_id, event, due_at, size, lease, leased_until)
            SELECT gen_random_uuid(), endpoint_id, event_id, event, now(), size, CASE WHEN taken THEN gen_random_uuid() END, CASE WHEN taken THEN now() + $17 END
            FROM wanted
            ON CONFLICT (event_id, endpoint_id) DO NOTHING
            RETURNING id, endpoint_id, event_id, lease
        )
        SELECT a.event_id, q.id, q.endpoint_id, q.lease, e.url, e.format, e.signature, e.secret, CASE WHEN e.old_secret_until > now() THEN e.old_secret END
        FROM archived a
        LEFT JOIN queued q ON q.event_id = a.event_id
        LEFT JOIN endpoints e ON e.id = q.endpoint_id AND q.lease IS NOT NULL
        """;

    /// <summary>Within the connection's transaction, if it has one. What was made is to be attempted once that is committed.</summary>
    public async Task<WrittenDeliveries> WriteAsync(NpgsqlConnection connection, IReadOnlyList<ArchivedEvent> batch, DeliveryRoom room, CancellationToken cancellationToken)
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
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = room.Endpoints });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = room.Rooms });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = room.Initial });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = room.Slots });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = room.Bytes });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = options.Value.Lease });

        var byId = events.ToDictionary(item => item.Event.EventId);
        var archived = new HashSet<Guid>();
        var queued = 0;
        var leased = new List<ClaimedDelivery>();
        var left = new HashSet<string>();
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var item = byId[reader.GetGuid(0)];
                archived.Add(item.Event.EventId);
                if (reader.IsDBNull(1))
                {
                    continue;
                }

                queued++;
                if (reader.IsDBNull(4))
                {
                    left.Add(reader.GetString(2));
                }
                else
                {
                    leased.Add(Leased(reader, item));
                }
            }
        }

        metrics.Archived(archived.Count, queued);
        foreach (var item in events.Where(item => archived.Contains(item.Event.EventId)))
        {
            metrics.Reported(item.Event);
        }

        return new WrittenDeliveries(leased, left);
    }

    private static ClaimedDelivery Leased(NpgsqlDataReader row, ArchivedEvent item) => new()
    {
        Id = row.GetGuid(1),
        EndpointId = row.GetString(2),
        Lease = row.GetGuid(3),
        Url = row.GetString(4),
        Format = row.GetString(5),
        Signature = row.GetString(6),
        Secret = row.GetFieldValue<byte[]>(7),
        OldSecret = row.IsDBNull(8) ? null : row.GetFieldValue<byte[]>(8),
        EventId = item.Event.EventId,
        Event = item.Event.Event,
        Size = item.Event.Payload.Length,
        Source = item.Event.Source,
        NumberId = item.Event.NumberId,
        OccurredAt = item.Event.OccurredAt.UtcDateTime,
        ReceivedAt = item.Event.ReceivedAt.UtcDateTime,
        TraceParent = item.TraceParent,
        Payload = AsArray(item.Event.Payload),
    };

    private static NpgsqlParameter<TValue[]> Column<TItem, TValue>(List<TItem> items, Func<TItem, TValue> value)
        => new() { TypedValue = [.. items.Select(value)] };

    /// <summary>The very array where the payload fills one, as it does when it comes from the bus.</summary>
    private static byte[] AsArray(ReadOnlyMemory<byte> payload)
        => MemoryMarshal.TryGetArray(payload, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : payload.ToArray();
}
