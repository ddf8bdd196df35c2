using Dapper;
using Npgsql;
using NpgsqlTypes;
using PilotHooks.Relay.Endpoints;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Relay.Archive;

/// <summary>
/// Inserts deliveries that are due for whichever replica claims them. Those that are attempted first are inserted with their
/// outcomes instead.
/// </summary>
internal static class DueDeliveries
{
    private const string Untouched = "DO NOTHING";

    /// <summary>An endpoint that was deleted meanwhile gets no delivery any more.</summary>
    private static readonly string PlannedSql = InsertSql(
        """
        SELECT l.id, l.endpoint_id, l.event_id, l.event, false AS urgent, l.size, NULL::bytea AS body
        FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::int[]) AS l(id, endpoint_id, event_id, event, size)
        JOIN endpoints e ON e.id = l.endpoint_id
        """,
        Untouched);

    private static readonly string MissingSql = InsertSql(
        """
        SELECT delivery_id(v.event_id, e.id) AS id, e.id AS endpoint_id, v.event_id, v.event, false AS urgent, coalesce(length(v.payload), 0) AS size, NULL::bytea AS body
        FROM events v JOIN endpoints e ON e.events && @Patterns AND (e.number_id IS NULL OR e.number_id = v.number_id)
        WHERE v.event_id = ANY(@eventIds) AND (@NumberId::text IS NULL OR e.number_id = @NumberId)
        """,
        """
        DO UPDATE SET status = 'pending', step = 0, due_at = now()
        WHERE @redeliver AND (deliveries.leased_until IS NULL OR deliveries.leased_until <= now())
        """);

    private static readonly string UrgentSql = InsertSql(
        "SELECT @id::uuid AS id, @endpointId::text AS endpoint_id, @id::uuid AS event_id, @name::text AS event, true AS urgent, @Size::int AS size, @body::bytea AS body", Untouched);

    /// <summary>The statement that inserts planned deliveries. One that outlived its event stays as it is.</summary>
    public static NpgsqlBatchCommand Insert(IReadOnlyList<PlannedDelivery> deliveries) => new(PlannedSql)
    {
        Parameters =
        {
            ArrayParameter.Of(deliveries, NpgsqlDbType.Uuid, delivery => delivery.Id),
            ArrayParameter.Of(deliveries, NpgsqlDbType.Text, delivery => delivery.Endpoint.Id),
            ArrayParameter.Of(deliveries, NpgsqlDbType.Uuid, delivery => delivery.Item.Event.EventId),
            ArrayParameter.Of(deliveries, NpgsqlDbType.Text, delivery => delivery.Item.Event.Event),
            ArrayParameter.Of(deliveries, NpgsqlDbType.Integer, delivery => delivery.Item.Event.Payload.Length),
        },
    };

    /// <summary>
    /// Makes the deliveries that endpoints subscribed to events of this name lack, such as those of endpoints that were made after
    /// the events. A number's key does so at the endpoints that it may see.
    /// </summary>
    /// <param name="connection">Open.</param>
    /// <param name="name">Of all the events.</param>
    /// <param name="eventIds">The events.</param>
    /// <param name="caller">On whose behalf.</param>
    /// <param name="redeliver">Whether deliveries that exist start anew too, except one that is being attempted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static Task MakeMissingAsync(NpgsqlConnection connection, string name, Guid[] eventIds, Caller caller, bool redeliver, CancellationToken cancellationToken)
        => connection.ExecuteAsync(new CommandDefinition(
            MissingSql, new { eventIds, Patterns = EventGate.Patterns(name), caller.NumberId, redeliver }, cancellationToken: cancellationToken));

    /// <summary>Inserts a delivery of no archived event, which passes by rate limit, circuit and pause. Its id is that of its event too.</summary>
    public static Task InsertUrgentAsync(NpgsqlConnection connection, Guid id, string endpointId, string name, byte[] body, CancellationToken cancellationToken)
        => connection.ExecuteAsync(new CommandDefinition(UrgentSql, new { id, endpointId, name, Size = body.Length, body }, cancellationToken: cancellationToken));

    /// <param name="source">Selects the rows.</param>
    /// <param name="onConflict">What becomes of a delivery that exists.</param>
    private static string InsertSql(string source, string onConflict) => $"""
        INSERT INTO deliveries (id, endpoint_id, event_id, event, due_at, urgent, size, body)
        SELECT s.id, s.endpoint_id, s.event_id, s.event, now(), s.urgent, s.size, s.body FROM ({source}) s
        ON CONFLICT (id) {onConflict}
        """;
}
