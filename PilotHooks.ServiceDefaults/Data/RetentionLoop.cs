using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.ServiceDefaults.Data;

/// <summary>
/// Erases what has reached its age, in batches small enough that nobody waits for them. One replica at a time does it.
/// </summary>
internal sealed partial class RetentionLoop(RetentionPlan plan, NpgsqlDataSource database, TimeProvider time, ILogger<RetentionLoop> logger) : BackgroundService
{
    private const long AdvisoryLock = 0x72657461696E;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(plan.Interval, time);
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
        using var trace = new BackgroundTrace("retention erase");
        var parameters = new DynamicParameters(plan.Parameters);
        parameters.Add("Batch", plan.Batch);
        foreach (var (what, sql) in plan.Rules)
        {
            int rows;
            do
            {
                rows = await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: stoppingToken));
                plan.Erased(what, rows);
                trace.Did(rows);
            }
            while (rows == plan.Batch);
        }

        foreach (var sql in plan.Afterwards)
        {
            await connection.ExecuteAsync(new CommandDefinition(sql, plan.Parameters, cancellationToken: stoppingToken));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away; what has reached its age is erased later: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
