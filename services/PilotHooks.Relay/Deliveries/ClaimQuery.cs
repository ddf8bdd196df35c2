using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Takes due deliveries for this replica, in one statement: endpoints that may be called now, each with as many of its
/// oldest due rows as its rate, its circuit and the capacity for it allow, taken in turns so that none crowds out another.
/// </summary>
internal sealed class ClaimQuery(NpgsqlDataSource database, IOptions<RelayOptions> options)
{
    /// <summary>Single retries and tests, which pass by rate, circuit and pause.</summary>
    private const int MaxUrgent = 16;

    private const string Sql = $"""
        WITH busy AS (
            SELECT * FROM unnest(@Endpoints::text[], @PerEndpoint::int[]) AS b(endpoint_id, capacity)
        ), urgent AS (
            SELECT d.id, d.endpoint_id
            FROM deliveries d JOIN endpoints e ON e.id = d.endpoint_id
            WHERE d.urgent AND d.due_at <= now() AND (d.leased_until IS NULL OR (@TakesOver AND d.leased_until <= now())) AND (e.active OR d.event = @TestEvent)
            ORDER BY d.due_at LIMIT @MaxUrgent
            FOR UPDATE OF d SKIP LOCKED
        ), callable AS (
            SELECT e.id, e.rate_limit, s.circuit_until IS NOT NULL AS broken, coalesce(b.capacity, @OfOtherEndpoint) AS capacity
            FROM endpoints e
            JOIN endpoint_states s ON s.endpoint_id = e.id
            LEFT JOIN busy b ON b.endpoint_id = e.id
            -- The limit makes this a look at one index entry for each endpoint, however much waits at others.
            CROSS JOIN LATERAL (
                SELECT FROM deliveries d
                WHERE d.endpoint_id = e.id AND d.due_at <= now() AND (d.leased_until IS NULL OR (@TakesOver AND d.leased_until <= now()))
                ORDER BY d.due_at LIMIT 1) waiting
            WHERE e.active AND coalesce(b.capacity, @OfOtherEndpoint) > 0 AND (@Anywhere OR b.endpoint_id IS NOT NULL)
              AND (s.held_until IS NULL OR s.held_until <= now()) AND (s.circuit_until IS NULL OR s.circuit_until <= now())
        ), guarded AS (
            -- All replicas share a rate limit, and the one probe of an open circuit: whoever holds the row hands them out.
            SELECT s.endpoint_id, c.broken,
                least(c.rate_limit, s.tokens + greatest(0, extract(epoch FROM now() - s.tokens_at)) * c.rate_limit) AS tokens
            FROM endpoint_states s JOIN callable c ON c.id = s.endpoint_id
            WHERE (c.rate_limit IS NOT NULL OR c.broken) AND (s.circuit_until IS NULL OR s.circuit_until <= now())
            FOR UPDATE OF s SKIP LOCKED
        ), allowed AS (
            SELECT c.id, least(c.capacity, CASE WHEN c.broken THEN 1 END, floor(g.tokens)::int) AS quota
            FROM callable c LEFT JOIN guarded g ON g.endpoint_id = c.id
            WHERE g.endpoint_id IS NOT NULL OR (c.rate_limit IS NULL AND NOT c.broken)
        ), due AS (
            SELECT d.*
            FROM allowed a CROSS JOIN LATERAL (
                SELECT d.id, d.endpoint_id, d.size, d.due_at
                FROM deliveries d
                WHERE d.endpoint_id = a.id AND d.due_at <= now() AND (d.leased_until IS NULL OR (@TakesOver AND d.leased_until <= now())) AND NOT d.urgent
                ORDER BY d.due_at LIMIT greatest(a.quota, 0)
                FOR UPDATE SKIP LOCKED) d
        ), turns AS (
            SELECT *, row_number() OVER (PARTITION BY endpoint_id ORDER BY due_at, id) AS turn FROM due
        ), places AS (
            SELECT id, endpoint_id, row_number() OVER line AS place, sum(size) OVER line - size AS bytes_before
            FROM turns WINDOW line AS (ORDER BY turn, due_at, id ROWS UNBOUNDED PRECEDING)
        ), picked AS (
            SELECT id, endpoint_id FROM places WHERE place <= @Deliveries AND bytes_before < @Bytes
            UNION ALL
            SELECT id, endpoint_id FROM urgent
        ), spent AS (
            UPDATE endpoint_states s
            SET tokens = coalesce(g.tokens - p.count, s.tokens), tokens_at = now(), circuit_until = CASE WHEN g.broken THEN now() + @Lease END
            FROM guarded g JOIN (SELECT endpoint_id, count(*) FROM picked GROUP BY endpoint_id) p ON p.endpoint_id = g.endpoint_id
            WHERE s.endpoint_id = g.endpoint_id
        ), leased AS (
            UPDATE deliveries d SET lease = gen_random_uuid(), leased_until = now() + @Lease
            WHERE d.id = ANY(ARRAY(SELECT id FROM picked))
            RETURNING d.*
        )
        SELECT l.id, l.lease, l.endpoint_id, l.event_id, l.event, l.step, l.urgent, l.size,
            v.number_id, v.occurred_at, v.received_at, v.traceparent AS trace_parent, coalesce(l.body, v.payload) AS body,
            {DeliveryTarget.Columns}
        FROM leased l
        JOIN endpoints e ON e.id = l.endpoint_id
        LEFT JOIN events v ON v.event_id = l.event_id
        """;

    /// <summary>Under their own leases only: what another replica has meanwhile is its.</summary>
    private const string ReleaseSql = """
        UPDATE deliveries d SET lease = NULL, leased_until = NULL
        FROM unnest(@Ids::uuid[], @Leases::uuid[]) AS r(id, lease) WHERE d.id = r.id AND d.lease = r.lease
        """;

    /// <param name="capacity">What this replica can take.</param>
    /// <param name="anywhere">Whether to look at all endpoints, or only at those that the capacity names.</param>
    /// <param name="takesOver">Whether what another replica's lease has ended of is due too.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(DeliveryCapacity capacity, bool anywhere, bool takesOver, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var parameters = new
        {
            capacity.Endpoints,
            capacity.PerEndpoint,
            Anywhere = anywhere,
            TakesOver = takesOver,
            DeliveryCapacity.OfOtherEndpoint,
            capacity.Deliveries,
            capacity.Bytes,
            MaxUrgent,
            TestEvent = TestEvent.Name,
            options.Value.Lease,
        };
        var targets = new Dictionary<string, DeliveryTarget>();
        var claimed = await connection.QueryAsync<ClaimedDelivery, DeliveryTarget, ClaimedDelivery>(
            new CommandDefinition(Sql, parameters, cancellationToken: cancellationToken),
            (delivery, target) =>
            {
                targets.TryAdd(delivery.EndpointId, target);
                delivery.Target = targets[delivery.EndpointId];
                return delivery;
            },
            splitOn: DeliveryTarget.SplitOn);
        return claimed.AsList();
    }

    /// <summary>Gives back what was leased and not attempted, to any replica, at once.</summary>
    public async Task ReleaseAsync(IReadOnlyCollection<ClaimedDelivery> deliveries, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var parameters = new { Ids = deliveries.Select(delivery => delivery.Id).ToArray(), Leases = deliveries.Select(delivery => delivery.Lease).ToArray() };
        await connection.ExecuteAsync(new CommandDefinition(ReleaseSql, parameters, cancellationToken: cancellationToken));
    }
}
