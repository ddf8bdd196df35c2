using Dapper;
using Npgsql;
using PilotHooks.Relay.Endpoints;
using PilotHooks.ServiceDefaults.Data;
using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Puts back what failed at an endpoint, at the endpoint's own rate: what waits after a failure and what was given up. In
/// steps of a few hundred rows, so that a million of them lock nobody out; a run is a row, and whichever replica is free
/// takes its next step. The row stays until what was put back has been attempted, so that it shows how far that is.
/// </summary>
internal sealed partial class RetryRuns(NpgsqlDataSource database, WorkSignal signal, TimeProvider time, ILogger<RetryRuns> logger) : BackgroundService
{
    private const int StepRows = 500;

    /// <summary>Up to so many it is counted which of the deliveries put back wait for their attempt.</summary>
    private const int MaxCounted = 10_000;

    /// <summary>Most runs are over when their call is answered; of a long one the answer does not wait for the end.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>One that is being attempted, or whose content is no longer kept, is left alone.</summary>
    private const string Retriable = """
        (d.status = 'failed' OR (d.status = 'pending' AND d.attempts > 0)) AND (d.leased_until IS NULL OR d.leased_until <= now())
            AND d.event <> @TestEvent AND EXISTS (SELECT FROM events v WHERE v.event_id = d.event_id AND v.payload IS NOT NULL)
        """;

    // What waits for its attempt is due since the step at the latest; after it, it is due later or no more.
    private const string WaitingSql = """
        SELECT count(*) FILTER (WHERE attempts > 0) FROM (
            SELECT d.attempts FROM deliveries d
            WHERE d.endpoint_id = r.endpoint_id AND d.due_at <= coalesce(r.put_back_at, now())
            ORDER BY d.due_at DESC LIMIT @MaxCounted) d
        """;

    /// <summary>A run that is under way begins anew, and reaches as far back as both. An open circuit tries at once whether the endpoint is back.</summary>
    private const string BeginSql = $"""
        WITH probe AS (
            UPDATE endpoint_states SET circuit_until = now() WHERE endpoint_id = @endpointId AND circuit_until IS NOT NULL
        ), counted AS (
            SELECT count(*) AS total
            FROM deliveries d
            WHERE d.endpoint_id = @endpointId AND d.status IN ('pending', 'failed') AND d.created_at >= coalesce(@since::timestamptz, '-infinity') AND {Retriable}
        ), begun AS (
            INSERT INTO retry_runs AS r (endpoint_id, since, requested_at, total)
            SELECT @endpointId, coalesce(@since::timestamptz, '-infinity'), now(), total FROM counted WHERE total > 0
            ON CONFLICT (endpoint_id) DO UPDATE
            SET since = CASE WHEN r.put_back_at IS NULL THEN least(r.since, excluded.since) ELSE excluded.since END, requested_at = excluded.requested_at,
                status = DEFAULT, after_at = DEFAULT, after_id = DEFAULT, total = excluded.total, done = 0, put_back_at = NULL
        )
        SELECT total FROM counted
        """;

    private const string StepSql = $"""
        WITH run AS MATERIALIZED (
            SELECT * FROM retry_runs WHERE put_back_at IS NULL AND (@endpointId::text IS NULL OR endpoint_id = @endpointId) ORDER BY requested_at LIMIT 1 FOR UPDATE SKIP LOCKED
        ), looked AS MATERIALIZED (
            SELECT d.id, d.created_at
            FROM run r CROSS JOIN LATERAL (
                SELECT d.id, d.created_at FROM deliveries d
                WHERE d.endpoint_id = r.endpoint_id AND d.status = r.status AND d.status <> 'successful' AND d.created_at >= greatest(r.since, r.after_at) AND d.created_at <= r.requested_at
                    AND (d.created_at, d.id) > (r.after_at, r.after_id)
                ORDER BY d.created_at, d.id LIMIT @StepRows) d
        ), retried AS (
            UPDATE deliveries d
            SET status = 'pending', step = CASE WHEN d.due_at IS NULL THEN 0 ELSE d.step END, due_at = least(d.due_at, now())
            FROM looked l WHERE d.id = l.id AND {Retriable}
            RETURNING 1
        ), last AS (
            SELECT created_at, id, (SELECT count(*) FROM looked) = @StepRows AS more FROM looked ORDER BY created_at DESC, id DESC LIMIT 1
        ), ahead AS (
            UPDATE retry_runs r
            SET done = least(r.total, r.done + (SELECT count(*) FROM retried)),
                status = CASE WHEN last.more THEN r.status ELSE 'failed' END,
                after_at = CASE WHEN last.more THEN last.created_at ELSE '-infinity' END,
                after_id = CASE WHEN last.more THEN last.id ELSE '00000000-0000-0000-0000-000000000000' END
            FROM run LEFT JOIN last ON true
            WHERE r.endpoint_id = run.endpoint_id AND (last.more OR run.status = 'pending')
        ), ended AS (
            UPDATE retry_runs r
            SET done = r.done + (SELECT count(*) FROM retried), total = r.done + (SELECT count(*) FROM retried), put_back_at = now()
            FROM run
            WHERE r.endpoint_id = run.endpoint_id AND run.status = 'failed' AND NOT coalesce((SELECT more FROM last), false)
        )
        SELECT EXISTS (SELECT FROM run)
        """;

    private const string ClearSql = $"DELETE FROM retry_runs r WHERE r.put_back_at IS NOT NULL AND ({WaitingSql}) = 0";

    private const string ReadSql = $"SELECT r.total, r.done AS put_back, r.put_back_at IS NOT NULL AS is_put_back, ({WaitingSql}) AS waiting FROM retry_runs r WHERE r.endpoint_id = @endpointId";

    /// <summary>How far the endpoint's run is, given how many of its deliveries wait for whatever reason; null if there is none.</summary>
    public static async Task<RetryProgress?> ReadAsync(NpgsqlConnection connection, string endpointId, long pending, CancellationToken cancellationToken)
    {
        var run = await connection.QuerySingleOrDefaultAsync<Run>(new CommandDefinition(ReadSql, new { endpointId, MaxCounted }, cancellationToken: cancellationToken));
        if (run is null || (run.IsPutBack && run.Waiting == 0))
        {
            return null;
        }

        var waiting = run.Waiting < MaxCounted ? run.Waiting : pending;
        return new RetryProgress(run.Total, Math.Max(0, run.PutBack - waiting));
    }

    /// <summary>Begins a run; returns how many deliveries it puts back.</summary>
    public async Task<long> BeginAsync(string endpointId, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var total = await connection.QuerySingleAsync<long>(new CommandDefinition(
            BeginSql, new { endpointId, since, TestEvent = TestEvent.Name }, cancellationToken: cancellationToken));
        for (var start = time.GetTimestamp(); time.GetElapsedTime(start) < AnswerWithin && await StepAsync(connection, endpointId, cancellationToken);)
        {
        }

        return total;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await StepAllAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Another replica goes on with it, or this one after its next start.
        }
    }

    private async Task StepAllAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var trace = new BackgroundTrace("failed deliveries put back");
            await using var connection = await database.OpenConnectionAsync(stoppingToken);
            while (await StepAsync(connection, endpointId: null, stoppingToken))
            {
                trace.Did(1);
            }

            await connection.ExecuteAsync(new CommandDefinition(ClearSql, new { MaxCounted }, cancellationToken: stoppingToken));
        }
        catch (Exception exception) when (Transience.IsTransient(exception))
        {
            Log.Away(logger, exception.Message);
        }
    }

    /// <summary>Takes the next step of the endpoint's run, or of any; false if there is none that this replica could take.</summary>
    private async Task<bool> StepAsync(NpgsqlConnection connection, string? endpointId, CancellationToken cancellationToken)
    {
        var stepped = await connection.QuerySingleAsync<bool>(new CommandDefinition(StepSql, new { endpointId, StepRows, TestEvent = TestEvent.Name }, cancellationToken: cancellationToken));
        if (stepped)
        {
            signal.SignalDue();
        }

        return stepped;
    }

    private sealed class Run
    {
        public long Total { get; init; }

        public long PutBack { get; init; }

        public bool IsPutBack { get; init; }

        public long Waiting { get; init; }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away; retries go on later: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
