using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Endpoints;
using PilotHooks.ServiceDefaults.Contacts;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Relay.Archive;

/// <summary>
/// Archives events and makes their deliveries, in one transaction: an event is archived exactly if its deliveries are made, or
/// if a row of <c>first_attempts</c> promises them. One that was archived before changes nothing, so a redelivery by the bus,
/// even of an event whose deliveries have ended, makes none again.
/// </summary>
internal sealed class ArchiveWriter(RelayMetrics metrics, IOptions<RelayOptions> options)
{
    private const string EndpointsSql = $"""
        SELECT e.id, e.events, e.number_id,
            e.active AND s.failures = 0 AND s.circuit_until IS NULL AND (s.held_until IS NULL OR s.held_until <= now()) AS healthy,
            e.rate_limit IS NOT NULL AS rate_limited,
            {DeliveryTarget.Columns}
        FROM endpoints e JOIN endpoint_states s ON s.endpoint_id = e.id
        WHERE e.events && $1 AND (e.number_id IS NULL OR e.number_id = ANY($2))
        """;

    private const string EventsSql = """
        INSERT INTO events (event_id, kind, event, source, number_id, occurred_at, received_at, traceparent, payload)
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[], $9::bytea[])
        """;

    private const string PromiseSql = "INSERT INTO first_attempts (id, event_ids, leased_until) VALUES ($1, $2, now() + $3)";

    private const string KnownSql = "SELECT event_id FROM events WHERE event_id = ANY($1)";

    /// <summary>Each event once, and in one order: so replicas that have the same events in their batches wait for each other and do not lock each other out.</summary>
    public static List<ArchivedEvent> Once(IEnumerable<ArchivedEvent> events)
        => [.. events.DistinctBy(item => item.Event.EventId).OrderBy(item => item.Event.EventId)];

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
                reader.GetString(0), reader.GetFieldValue<string[]>(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetBoolean(3), reader.GetBoolean(4), DeliveryTarget.Read(reader, 5)));
        }

        return endpoints;
    }

    /// <summary>Within the connection's transaction: every delivery is due for whoever claims it.</summary>
    public async Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<ArchivedEvent> events, CancellationToken cancellationToken)
    {
        // Asked before, because a refusal would end the transaction. The caller holds what makes an event of these its own.
        var unknown = await UnknownAsync(connection, Once(events), cancellationToken);
        if (unknown.Count > 0)
        {
            var endpoints = await EndpointsAsync(connection, unknown, cancellationToken);
            await InsertAsync(connection, unknown, DeliveryPlan.Of(unknown, endpoints, DeliveryCapacity.None), Guid.Empty, erasures: null, cancellationToken);
        }
    }

    /// <summary>
    /// Archives the events and makes the deliveries that are due at once. The others of the plan are promised under
    /// <paramref name="promise"/>.
    /// </summary>
    /// <param name="connection">Open, and in no transaction.</param>
    /// <param name="events">Each <see cref="Once"/>.</param>
    /// <param name="plan">Of all of them.</param>
    /// <param name="promise">A new id.</param>
    /// <param name="erasures">The state under which erased people were left out (<see cref="ErasedContacts"/>).</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What of the plan is carried out: that of the events that were not archived before.</returns>
    public async Task<DeliveryPlan> WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<ArchivedEvent> events, DeliveryPlan plan, Guid promise, long erasures, CancellationToken cancellationToken)
    {
        // Almost every event is new: that is taken for granted, which costs less than to ask, until it turns out wrong.
        for (var unknown = events; unknown.Count > 0; unknown = await UnknownAsync(connection, unknown, cancellationToken))
        {
            var made = unknown.Count == events.Count ? plan : plan.Of(unknown.Select(item => item.Event.EventId).ToHashSet());
            try
            {
                await InsertAsync(connection, unknown, made, promise, erasures, cancellationToken);
                await TakeOverAsync(connection, events, unknown, cancellationToken);
                return made;
            }
            catch (PostgresException exception) when (exception is { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "events" })
            {
                // One of them was archived before, by a redelivery or by another replica.
            }
        }

        await TakeOverAsync(connection, events, [], cancellationToken);
        return DeliveryPlan.Empty;
    }

    private static async Task TakeOverAsync(NpgsqlConnection connection, IReadOnlyList<ArchivedEvent> events, IReadOnlyList<ArchivedEvent> archivedNow, CancellationToken cancellationToken)
    {
        if (archivedNow.Count < events.Count)
        {
            await UnrecognizedEvents.TakeOverAsync(connection, events.ExceptBy(archivedNow.Select(item => item.Event.EventId), item => item.Event.EventId), cancellationToken);
        }
    }

    /// <summary>All of it or nothing.</summary>
    private async Task InsertAsync(
        NpgsqlConnection connection, IReadOnlyList<ArchivedEvent> events, DeliveryPlan plan, Guid promise, long? erasures, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        if (erasures is { } state)
        {
            batch.BatchCommands.Add(ErasedContacts.Check(state));
        }

        batch.BatchCommands.Add(Command(
            EventsSql,
            ArrayParameter.Of(events, NpgsqlDbType.Uuid, item => item.Event.EventId),
            ArrayParameter.Of(events, NpgsqlDbType.Text, item => item.Event.GetType().Name),
            ArrayParameter.Of(events, NpgsqlDbType.Text, item => item.Event.Event),
            ArrayParameter.Of(events, NpgsqlDbType.Text, item => item.Event.Source),
            ArrayParameter.Of(events, NpgsqlDbType.Text, item => item.Event.NumberId),
            ArrayParameter.Of(events, NpgsqlDbType.TimestampTz, item => item.Event.OccurredAt.ToUniversalTime()),
            ArrayParameter.Of(events, NpgsqlDbType.TimestampTz, item => item.Event.ReceivedAt.ToUniversalTime()),
            ArrayParameter.Of(events, NpgsqlDbType.Text, item => item.TraceParent),
            ArrayParameter.Of(events, NpgsqlDbType.Bytea, item => item.Event.Payload)));
        if (UnrecognizedEvents.Add(events) is { } unrecognized)
        {
            batch.BatchCommands.Add(unrecognized);
        }

        if (plan.DueAtOnce.Count > 0)
        {
            batch.BatchCommands.Add(DueDeliveries.Insert(plan.DueAtOnce));
        }

        if (plan.AttemptedFirst.Count > 0)
        {
            batch.BatchCommands.Add(Command(
                PromiseSql,
                new NpgsqlParameter<Guid> { TypedValue = promise },
                new NpgsqlParameter<Guid[]> { TypedValue = plan.PromisedEvents(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
                new NpgsqlParameter<TimeSpan> { TypedValue = options.Value.Lease }));
        }

        await batch.PrepareAsync(cancellationToken);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        metrics.Archived(events.Count, plan.Count);
        foreach (var item in events)
        {
            metrics.Reported(item.Event);
        }
    }

    private static async Task<List<ArchivedEvent>> UnknownAsync(NpgsqlConnection connection, IReadOnlyList<ArchivedEvent> events, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(KnownSql, connection) { Parameters = { ArrayParameter.Of(events, NpgsqlDbType.Uuid, item => item.Event.EventId) } };
        var known = new HashSet<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            known.Add(reader.GetGuid(0));
        }

        return [.. events.Where(item => !known.Contains(item.Event.EventId))];
    }

    private static NpgsqlBatchCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
    }
}
