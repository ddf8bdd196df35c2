using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Relay.Archive;

/// <summary>
/// Deletes what has reached its age, and what hangs on deleted endpoints, in batches small enough that nobody waits for
/// them. One replica at a time does it.
/// </summary>
internal sealed partial class Retention(NpgsqlDataSource database, IOptions<RelayOptions> options, RelayMetrics metrics, TimeProvider time, ILogger<Retention> logger) : BackgroundService
{
    private const long AdvisoryLock = 0x72657461696E;

    /// <summary>A batch that archived while its endpoint was deleted has committed by then.</summary>
    private static readonly TimeSpan RemovalGrace = TimeSpan.FromMinutes(1);

    /// <summary>By what is erased; each statement takes the oldest <c>@Batch</c> rows.</summary>
    private static readonly (string What, string Sql)[] Rules =
    [
        ("attempts", "DELETE FROM attempts WHERE ctid = ANY(ARRAY(SELECT ctid FROM attempts WHERE at < now() - @Deliveries LIMIT @Batch))"),
        ("deliveries", """
            DELETE FROM deliveries WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM deliveries WHERE created_at < now() - @Deliveries AND (leased_until IS NULL OR leased_until <= now())
                LIMIT @Batch FOR UPDATE SKIP LOCKED))
            """),
        ("content", """
            UPDATE events SET payload = NULL WHERE event_id = ANY(ARRAY(
                SELECT v.event_id FROM events v
                WHERE v.payload IS NOT NULL AND v.received_at < now() - @Content
                    AND NOT EXISTS (SELECT FROM deliveries d WHERE d.event_id = v.event_id AND d.due_at IS NOT NULL)
                ORDER BY v.received_at LIMIT @Batch))
            """),
        ("events", """
            DELETE FROM events WHERE event_id = ANY(ARRAY(
                SELECT v.event_id FROM events v
                WHERE v.received_at < now() - @Events AND NOT EXISTS (SELECT FROM deliveries d WHERE d.event_id = v.event_id AND d.due_at IS NOT NULL)
                ORDER BY v.received_at LIMIT @Batch))
            """),
        // Of what a number's outage is derived from: all since it began, and before that the last word on each matter.
        ("number changes", """
            DELETE FROM number_changes WHERE event_id = ANY(ARRAY(
                SELECT c.event_id
                FROM number_changes c
                JOIN number_outages o ON o.number_id = c.number_id
                CROSS JOIN LATERAL (SELECT least(now() - @Events, o.down_since) AS before) old
                WHERE c.at < old.before AND EXISTS (
                    SELECT FROM number_changes l
                    WHERE l.number_id = c.number_id AND (l.state IS NULL) = (c.state IS NULL) AND (l.at, l.place) > (c.at, c.place) AND l.at < old.before)
                LIMIT @Batch))
            """),
        ("removed attempts", "DELETE FROM attempts WHERE ctid = ANY(ARRAY(SELECT a.ctid FROM attempts a JOIN removed_endpoints r ON r.endpoint_id = a.endpoint_id LIMIT @Batch))"),
        ("removed deliveries", "DELETE FROM deliveries WHERE ctid = ANY(ARRAY(SELECT d.ctid FROM deliveries d JOIN removed_endpoints r ON r.endpoint_id = d.endpoint_id LIMIT @Batch))"),
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Retention.Interval, time);
        try
        {
            do
            {
                await EraseAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is found the next time.
        }
    }

    private async Task EraseAsync(CancellationToken stoppingToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(stoppingToken);
            if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition($"SELECT pg_try_advisory_lock({AdvisoryLock})", cancellationToken: stoppingToken)))
            {
                return;
            }

            try
            {
                await EraseAsync(connection, stoppingToken);
            }
            finally
            {
                await connection.ExecuteAsync($"SELECT pg_advisory_unlock({AdvisoryLock})");
            }
        }
        catch (Exception exception) when (Transience.IsTransient(exception))
        {
            Log.Away(logger, exception.Message);
        }
    }

    private async Task EraseAsync(NpgsqlConnection connection, CancellationToken stoppingToken)
    {
        var retention = options.Value.Retention;
        var parameters = new { retention.Deliveries, retention.Content, retention.Events, retention.Batch };
        foreach (var (what, sql) in Rules)
        {
            int rows;
            do
            {
                rows = await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: stoppingToken));
                metrics.Erased(what, rows);
            }
            while (rows == retention.Batch);
        }

        await connection.ExecuteAsync(new CommandDefinition("DELETE FROM delivery_counts c USING removed_endpoints r WHERE r.endpoint_id = c.endpoint_id", cancellationToken: stoppingToken));
        await connection.ExecuteAsync(new CommandDefinition("DELETE FROM removed_endpoints WHERE removed_at < now() - @RemovalGrace", new { RemovalGrace }, cancellationToken: stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away; what has reached its age is erased later: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
