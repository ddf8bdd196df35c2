using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PilotHooks.ServiceDefaults.Data.Migrations;

/// <summary>
/// Tells the log what is applied and, every few seconds, how far a long migration is; ends the statement that runs when
/// the process is asked to stop. <paramref name="observer"/> is a connection beside the one that works.
/// </summary>
internal sealed partial class MigrationProgress(string database, IReadOnlyList<string> missing, NpgsqlConnection observer, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private int _applied;

    /// <summary>What the library says: a line for each file that it has applied, and some about itself.</summary>
    public void OnMessage(string message)
    {
        if (_applied < missing.Count && message.Contains(missing[_applied], StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _applied);
            Log.Applied(logger, database, _applied, missing.Count, message);
        }
        else
        {
            Log.Detail(logger, database, message);
        }
    }

    /// <summary>Waits for the work of the session with this process id.</summary>
    public async Task WatchAsync(Task work, int processId, CancellationToken cancellationToken)
    {
        if (missing.Count > 0)
        {
            Log.Begins(logger, database, missing.Count, missing[0]);
        }

        var start = time.GetTimestamp();
        while (await Task.WhenAny(work, Task.Delay(Interval, time, cancellationToken)) != work)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                await AskAsync("SELECT pg_cancel_backend($1)::text", processId);
                break;
            }

            var state = await AskAsync(
                """
                SELECT COALESCE(
                    (SELECT phase || CASE WHEN blocks_total > 0 THEN format(', %s %%', 100 * blocks_done / blocks_total) ELSE '' END
                     FROM pg_stat_progress_create_index WHERE pid = $1),
                    (SELECT CASE WHEN wait_event_type = 'Lock' THEN 'waiting for sessions ' || pg_blocking_pids(pid)::text END
                     FROM pg_stat_activity WHERE pid = $1),
                    'working')
                """,
                processId);
            Log.Runs(logger, database, missing.ElementAtOrDefault(_applied) ?? "validation", (int)time.GetElapsedTime(start).TotalSeconds, state);
        }

        await work;
    }

    private async Task<string> AskAsync(string sql, int processId)
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, observer) { Parameters = { new() { Value = processId } }, CommandTimeout = 5 };
            return Convert.ToString(await command.ExecuteScalarAsync(CancellationToken.None), CultureInfo.InvariantCulture) ?? "";
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException)
        {
            // The migration itself goes on, or fails with the reason.
            return exception.Message;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Database {Database} lacks {Count} migrations; beginning with {First}")]
        public static partial void Begins(ILogger logger, string database, int count, string first);

        [LoggerMessage(LogLevel.Information, "Database {Database}, migration {Number} of {Count}: {Message}")]
        public static partial void Applied(ILogger logger, string database, int number, int count, string message);

        [LoggerMessage(LogLevel.Information, "Database {Database}: {Migration} is not done after {Seconds} s: {State}")]
        public static partial void Runs(ILogger logger, string database, string migration, int seconds, string state);

        [LoggerMessage(LogLevel.Debug, "Database {Database}: {Message}")]
        public static partial void Detail(ILogger logger, string database, string message);
    }
}
