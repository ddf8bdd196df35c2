using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.Relay.Archive;

namespace PilotHooks.Relay.Deliveries;

/// <summary>An attempt that was made, what came of it and what follows.</summary>
internal sealed record Outcome(ClaimedDelivery Delivery, AttemptResult Result, AttemptDecision Decision);

/// <summary>
/// Records a batch of attempts: the log, the deliveries' next step and the endpoints' health, in one transaction. An
/// attempt is known by its lease, so recording it again, after a connection died on the way back, changes nothing.
/// </summary>
internal sealed class OutcomeMerge(NpgsqlDataSource database, ArchiveWriter archive, RelayMetrics metrics, IOptions<RelayOptions> options, TimeProvider time)
{
    /// <summary>Of the endpoints that fail now, or did and succeed now. Sorted, so that replicas wait in one order.</summary>
    private const string LockSql = """
        SELECT endpoint_id, failures, failing_since, last_failure_at, held_until, circuit_until, now() AS now,
            (SELECT number_id FROM endpoints e WHERE e.id = endpoint_id) AS number_id
        FROM endpoint_states
        WHERE endpoint_id = ANY(@Failed) OR (endpoint_id = ANY(@Succeeded) AND (failures > 0 OR circuit_until IS NOT NULL))
        ORDER BY endpoint_id FOR UPDATE
        """;

    private const string HealthSql = """
        UPDATE endpoint_states s
        SET failures = h.failures, failing_since = h.failing_since, last_failure_at = h.last_failure_at, held_until = h.held_until, circuit_until = h.circuit_until
        FROM unnest(@Ids::text[], @Failures::int[], @FailingSince::timestamptz[], @LastFailureAt::timestamptz[], @HeldUntil::timestamptz[], @CircuitUntil::timestamptz[])
            AS h(endpoint_id, failures, failing_since, last_failure_at, held_until, circuit_until)
        WHERE s.endpoint_id = h.endpoint_id
        """;

    private const string PauseSql = """
        UPDATE endpoints e SET active = false, paused_reason = p.reason, updated_at = now()
        FROM unnest(@Ids::text[], @Reasons::text[]) AS p(endpoint_id, reason)
        WHERE e.id = p.endpoint_id AND e.active
        """;

    /// <summary>
    /// The schedule moves on only under the attempt's own lease. A success counts even when its lease has run out,
    /// because the subscriber has the event.
    /// </summary>
    private const string AttemptSql = """
        WITH made AS (
            SELECT * FROM unnest(@DeliveryId::uuid[], @Lease::uuid[], @At::timestamptz[], @Succeeded::boolean[], @StatusCode::int[], @Error::text[], @Response::text[],
                    @DurationMs::int[], @Format::text[], @Status::text[], @Delay::interval[])
                AS m(delivery_id, lease, at, succeeded, status_code, error, response, duration_ms, format, status, delay)
        ), fresh AS (
            SELECT m.* FROM made m WHERE NOT EXISTS (SELECT FROM attempts a WHERE a.delivery_id = m.delivery_id AND a.id = m.lease)
        ), updated AS (
            UPDATE deliveries d
            SET attempts = d.attempts + 1,
                step = CASE WHEN d.lease = f.lease THEN d.step + 1 ELSE d.step END,
                status = CASE WHEN d.lease = f.lease OR f.succeeded THEN f.status ELSE d.status END,
                due_at = CASE WHEN d.lease = f.lease OR f.succeeded THEN now() + f.delay ELSE d.due_at END,
                urgent = CASE WHEN d.lease = f.lease OR f.succeeded THEN false ELSE d.urgent END,
                lease = CASE WHEN d.lease = f.lease OR f.succeeded THEN NULL ELSE d.lease END,
                leased_until = CASE WHEN d.lease = f.lease OR f.succeeded THEN NULL ELSE d.leased_until END
            FROM fresh f WHERE d.id = f.delivery_id
            RETURNING d.id, d.endpoint_id, d.event_id, d.event, d.attempts
        )
        INSERT INTO attempts (delivery_id, id, endpoint_id, event_id, event, number, at, succeeded, status_code, error, response, duration_ms, format)
        SELECT u.id, f.lease, u.endpoint_id, u.event_id, u.event, u.attempts, f.at, f.succeeded, f.status_code, f.error, f.response, f.duration_ms, f.format
        FROM fresh f JOIN updated u ON u.id = f.delivery_id
        """;

    public async Task MergeAsync(IReadOnlyList<Outcome> outcomes, CancellationToken cancellationToken)
    {
        // Two attempts of one delivery meet here only after a lease ran out; each needs a statement of its own.
        foreach (var round in outcomes.GroupBy(outcome => outcome.Delivery.Id).SelectMany(group => group.Select((outcome, i) => (Round: i, Outcome: outcome))).GroupBy(item => item.Round, item => item.Outcome))
        {
            List<Outcome> sorted = [.. round.OrderBy(outcome => outcome.Delivery.Id)];
            try
            {
                await RecordAsync(sorted, cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                // An attempt of these was recorded at the same moment; now it is seen and left out.
                await RecordAsync(sorted, cancellationToken);
            }
        }

        foreach (var outcome in outcomes.Where(outcome => outcome.Decision.Delay is null))
        {
            metrics.DeliveryEnded(outcome.Decision.Status);
            if (outcome is { Result.Succeeded: true, Delivery: { Step: 0, ReceivedAt: { } receivedAt } })
            {
                metrics.RecordLatency(time.GetUtcNow() - receivedAt);
            }
        }
    }

    private async Task RecordAsync(List<Outcome> outcomes, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RecordHealthAsync(connection, outcomes, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            AttemptSql,
            new
            {
                DeliveryId = outcomes.ConvertAll(outcome => outcome.Delivery.Id),
                Lease = outcomes.ConvertAll(outcome => outcome.Delivery.Lease),
                At = outcomes.ConvertAll(outcome => outcome.Result.StartedAt),
                Succeeded = outcomes.ConvertAll(outcome => outcome.Result.Succeeded),
                StatusCode = outcomes.ConvertAll(outcome => outcome.Result.StatusCode),
                Error = outcomes.ConvertAll(outcome => outcome.Result.Error),
                Response = outcomes.ConvertAll(outcome => options.Value.Retention.Content > TimeSpan.Zero ? outcome.Result.Response : null),
                DurationMs = outcomes.ConvertAll(outcome => outcome.Result.DurationMs),
                Format = outcomes.ConvertAll(outcome => outcome.Delivery.Target.Format),
                Status = outcomes.ConvertAll(outcome => outcome.Decision.Status),
                Delay = outcomes.ConvertAll(outcome => outcome.Decision.Delay),
            },
            transaction,
            cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task RecordHealthAsync(NpgsqlConnection connection, List<Outcome> outcomes, CancellationToken cancellationToken)
    {
        var endpoints = outcomes.ToLookup(outcome => outcome.Result.Succeeded, outcome => outcome.Delivery.EndpointId);
        var states = await connection.QueryAsync<State>(new CommandDefinition(
            LockSql, new { Failed = endpoints[false].Distinct().ToArray(), Succeeded = endpoints[true].Distinct().ToArray() }, cancellationToken: cancellationToken));
        var changed = new List<EndpointHealth>();
        var paused = new Dictionary<string, string>();
        var alerts = new List<ArchivedEvent>();
        foreach (var state in states)
        {
            var health = new EndpointHealth(state.EndpointId, state.Failures, state.FailingSince, state.LastFailureAt, state.HeldUntil, state.CircuitUntil);
            foreach (var outcome in outcomes.Where(outcome => outcome.Delivery.EndpointId == state.EndpointId).OrderBy(outcome => outcome.Result.StartedAt + outcome.Result.Duration))
            {
                var before = health;
                (health, var reason) = health.After(outcome.Result.Succeeded, outcome.Decision, state.Now);
                if (DeliveryAlert.Of(before, health, reason, state.NumberId, state.Now) is { } alert)
                {
                    alerts.Add(alert);
                }

                if (reason is not null)
                {
                    paused[state.EndpointId] = reason;
                }
            }

            changed.Add(health);
        }

        if (changed.Count > 0)
        {
            await SaveHealthAsync(connection, changed, cancellationToken);
        }

        if (paused.Count > 0)
        {
            await connection.ExecuteAsync(new CommandDefinition(PauseSql, new { Ids = paused.Keys.ToArray(), Reasons = paused.Values.ToArray() }, cancellationToken: cancellationToken));
        }

        if (alerts.Count > 0)
        {
            await archive.WriteAsync(connection, alerts, cancellationToken);
        }
    }

    private static Task<int> SaveHealthAsync(NpgsqlConnection connection, List<EndpointHealth> changed, CancellationToken cancellationToken)
        => connection.ExecuteAsync(new CommandDefinition(
            HealthSql,
            new
            {
                Ids = changed.ConvertAll(health => health.EndpointId),
                Failures = changed.ConvertAll(health => health.Failures),
                FailingSince = changed.ConvertAll(health => health.FailingSince),
                LastFailureAt = changed.ConvertAll(health => health.LastFailureAt),
                HeldUntil = changed.ConvertAll(health => health.HeldUntil),
                CircuitUntil = changed.ConvertAll(health => health.CircuitUntil),
            },
            cancellationToken: cancellationToken));

    private sealed class State
    {
        public required string EndpointId { get; init; }

        public int Failures { get; init; }

        public DateTimeOffset? FailingSince { get; init; }

        public DateTimeOffset? LastFailureAt { get; init; }

        public DateTimeOffset? HeldUntil { get; init; }

        public DateTimeOffset? CircuitUntil { get; init; }

        public DateTimeOffset Now { get; init; }

        public string? NumberId { get; init; }
    }
}
