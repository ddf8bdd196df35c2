using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Endpoints;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Relay.Archive;

/// <summary>
/// Archives events and makes their deliveries, in one statement: an event is archived exactly if its deliveries are made, or
/// if a row of <c>first_attempts</c> promises them. One that was archived before changes nothing, so a redelivery by the bus,
/// even of an event whose deliveries have ended, makes none again.
/// </summary>
internal sealed class ArchiveWriter(RelayMetrics metrics, IOptions<RelayOptions> options)
{
    private const string EndpointsSql = $"""
        SELECT e.id, e.events, e.number_id,
            e.active AND e.rate_limit IS NULL AND s.failures = 0 AND s.circuit_until IS NULL AND (s.held_until IS NULL OR s.held_until <= now()) AS ready,
            {DeliveryTarget.Columns}
        FROM endpoints e JOIN endpoint_states s ON s.endpoint_id = e.id
        WHERE e.events && $1 AND (e.number_id IS NULL OR e.number_id = ANY($2))
        """;

    /// <summary>An endpoint that was deleted meanwhile gets no delivery any more.</summary>
    private const string WriteSql = """
        WITH archived AS (
            INSERT INTO events (event_id, kind, event, source, number_id, occurred_at, received_at, traceparent, payload)
            SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[], $9::bytea[])
            ON CONFLICT (event_id) DO NOTHING
            RETURNING event_id, event, length(payload) AS size
        ), left_due AS (
            INSERT INTO deliveries (id, endpoint_id, event_id, event, due_at, size)
            SELECT l.id, l.endpoint_id, a.event_id, a.event, now(), a.size
            FROM unnest($10::uuid[], $11::text[], $12::uuid[]) AS l(id, endpoint_id, event_id)
            JOIN archived a ON a.event_id = l.event_id
            JOIN endpoints e ON e.id = l.endpoint_id
            ON CONFLICT (event_id, endpoint_id) DO NOTHING
        ), promised AS (
            INSERT INTO first_attempts (id, event_ids, leased_until)
            SELECT $13, array_agg(event_id), now() + $15 FROM archived JOIN unnest($14) AS t(event_id) USING (event_id) HAVING count(*) > 0
        )
        SELECT event_id FROM archived
        """;

    /// <summary>The endpoints that subscribe to any of the events, as they are now.</summary>
    public static async Task<List<SubscribedEndpoint>> EndpointsAsync(NpgsqlConnection connection, IReadOnlyCollection<ArchivedEvent> events, CancellationToken cancellationToken)
    {
        string[] patterns = [.. events.Select(item => item.Event.Event).Distinct().SelectMany(EventGate.Patterns).Distinct()];
        string[] numbers = [.. events.Select(item => item.Event.NumberId).OfType<string>().Distinct()];
        await using var command = new NpgsqlCommand(EndpointsSql, connection)
        {
            Parameters = { new NpgsqlParameter<string[]> { TypedValue = patterns }, new NpgsqlParameter<string[]> { TypedValue = numbers } },
        };
        // Planned once for each connection, as the next: for every batch anew that costs more than running it.
        await command.PrepareAsync(cancellationToken);
        var endpoints = new List<SubscribedEndpoint>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            endpoints.Add(new SubscribedEndpoint(
                reader.GetString(0), reader.GetFieldValue<string[]>(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetBoolean(3), DeliveryTarget.Read(reader, 4)));
        }

        return endpoints;
    }

    /// <summary>Within the connection's transaction, if it has one: every delivery is due for whoever claims it.</summary>
    public async Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<ArchivedEvent> events, CancellationToken cancellationToken)
    {
        var endpoints = await EndpointsAsync(connection, events, cancellationToken);
        await WriteAsync(connection, events, DeliveryPlan.Of(events, endpoints, DeliveryRoom.None), Guid.Empty, cancellationToken);
    }

    /// <summary>Archives the events and makes the deliveries that the plan leaves; those that it takes are promised under <paramref name="promise"/>.</summary>
    /// <returns>What of the plan is carried out: that of the events that were not archived before.</returns>
    public async Task<DeliveryPlan> WriteAsync(NpgsqlConnection connection, IReadOnlyList<ArchivedEvent> events, DeliveryPlan plan, Guid promise, CancellationToken cancellationToken)
    {
        // Sorted, so that replicas with the same events in their batches wait for each other in one order.
        List<ArchivedEvent> sorted = [.. events.OrderBy(item => item.Event.EventId)];
        await using var command = new NpgsqlCommand(WriteSql, connection);
        command.Parameters.AddRange((NpgsqlParameter[])
        [
            ArrayParameter.Of(sorted, NpgsqlDbType.Uuid, item => item.Event.EventId),
            ArrayParameter.Of(sorted, NpgsqlDbType.Text, item => item.Event.GetType().Name),
            ArrayParameter.Of(sorted, NpgsqlDbType.Text, item => item.Event.Event),
            ArrayParameter.Of(sorted, NpgsqlDbType.Text, item => item.Event.Source),
            ArrayParameter.Of(sorted, NpgsqlDbType.Text, item => item.Event.NumberId),
            ArrayParameter.Of(sorted, NpgsqlDbType.TimestampTz, item => item.Event.OccurredAt.UtcDateTime),
            ArrayParameter.Of(sorted, NpgsqlDbType.TimestampTz, item => item.Event.ReceivedAt.UtcDateTime),
            ArrayParameter.Of(sorted, NpgsqlDbType.Text, item => item.TraceParent),
            ArrayParameter.Of(sorted, NpgsqlDbType.Bytea, item => item.Event.Payload),
            ArrayParameter.Of(plan.Left, NpgsqlDbType.Uuid, _ => Guid.CreateVersion7()),
            ArrayParameter.Of(plan.Left, NpgsqlDbType.Text, delivery => delivery.Endpoint.Id),
            ArrayParameter.Of(plan.Left, NpgsqlDbType.Uuid, delivery => delivery.Item.Event.EventId),
            new NpgsqlParameter<Guid> { TypedValue = promise },
            ArrayParameter.Of([.. plan.Taken.Select(delivery => delivery.Item.Event.EventId).Distinct()], NpgsqlDbType.Uuid, id => id),
            new NpgsqlParameter<TimeSpan> { TypedValue = options.Value.Lease },
        ]);

        await command.PrepareAsync(cancellationToken);
        var archived = new HashSet<Guid>(sorted.Count);
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                archived.Add(reader.GetGuid(0));
            }
        }

        var made = plan.Of(archived);
        metrics.Archived(archived.Count, made.Taken.Count + made.Left.Count);
        foreach (var item in sorted.Where(item => archived.Contains(item.Event.EventId)))
        {
            metrics.Reported(item.Event);
        }

        return made;
    }
}
