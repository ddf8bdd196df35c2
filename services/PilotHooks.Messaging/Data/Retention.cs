using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.Messaging.Sending;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Messaging.Data;

/// <summary>
/// Erases what has reached its age, in batches small enough that nobody waits for them. One replica at a time does it, and
/// it passes over rows that a merge has locked: it waits for no one, so it deadlocks with no one.
/// </summary>
internal sealed partial class Retention(NpgsqlDataSource database, IOptions<MessagingOptions> options, MessagingMetrics metrics, TimeProvider time, ILogger<Retention> logger) : BackgroundService
{
    private const long AdvisoryLock = 0x72657461696E;

    /// <summary>By what is erased; each statement takes the oldest <c>@Batch</c> rows.</summary>
    private static readonly (string What, string Sql)[] Rules =
    [
        ("content", """
            UPDATE messages SET content = NULL, content_replied = NULL, media_link = NULL, media_type = NULL, media_caption = NULL, media_filename = NULL
            WHERE key = ANY(ARRAY(
                SELECT key FROM messages
                WHERE COALESCE(content, content_replied, media_link, media_type, media_caption, media_filename) IS NOT NULL AND stored_at < now() - @Content
                ORDER BY stored_at LIMIT @Batch FOR UPDATE SKIP LOCKED))
            """),
        ("forms", """
            UPDATE forms SET fields = NULL
            WHERE event_id = ANY(ARRAY(
                SELECT event_id FROM forms WHERE fields IS NOT NULL AND stored_at < now() - @Content
                ORDER BY stored_at LIMIT @Batch FOR UPDATE SKIP LOCKED))
            """),
        ("processed events", "DELETE FROM processed_events WHERE ctid = ANY(ARRAY(SELECT ctid FROM processed_events WHERE merged_at < now() - @ProcessedEvents LIMIT @Batch FOR UPDATE SKIP LOCKED))"),
        ("idempotency keys", "DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency_keys WHERE started_at < now() - @Keys LIMIT @Batch FOR UPDATE SKIP LOCKED))"),
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
        var parameters = new { retention.Content, retention.ProcessedEvents, Keys = IdempotencyStore.Lifetime, retention.Batch };
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
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away; what has reached its age is erased later: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
