using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.Relay.Archive;
using PilotHooks.ServiceDefaults.Data;
using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.Relay.Outages;

/// <summary>
/// Alerts of numbers that have been down for too long, once for each outage: whichever replica holds the number's row makes
/// the alert and notes it, in one transaction. An event that comes late and moves an outage's beginning back makes no
/// second one.
/// </summary>
internal sealed partial class OutageWatch(NpgsqlDataSource database, ArchiveWriter archive, IOptions<RelayOptions> options, TimeProvider time, ILogger<OutageWatch> logger) : BackgroundService
{
    private const int Batch = 100;
    private static readonly TimeSpan MaxInterval = TimeSpan.FromSeconds(10);

    /// <summary>After a standstill old events come in a rush, and the one that ends an outage may be just behind.</summary>
    private static readonly TimeSpan MaxPatience = TimeSpan.FromSeconds(5);

    private const string DueSql = """
        SELECT number_id, down_since, reason, now() AS now
        FROM number_outages
        WHERE down_since <= now() - @NumberDownAfter AND learned_at <= now() - @Patience AND (alerted_since IS NULL OR alerted_since < down_since)
        ORDER BY number_id LIMIT @Batch FOR UPDATE SKIP LOCKED
        """;

    /// <summary>Makes the alerts that are due; returns how many.</summary>
    public async Task<int> AlertAsync(CancellationToken cancellationToken)
    {
        using var trace = new BackgroundTrace("numbers alert");
        var after = options.Value.NumberDownAfter;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var due = (await connection.QueryAsync<Outage>(new CommandDefinition(
            DueSql, new { NumberDownAfter = after, Patience = after < MaxPatience ? after : MaxPatience, Batch }, transaction, cancellationToken: cancellationToken))).AsList();
        trace.Did(due.Count);
        if (due.Count > 0)
        {
            await archive.WriteAsync(connection, due.ConvertAll(outage => NumberAlert.Of(outage.NumberId, outage.DownSince, outage.Reason, outage.Now)), cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                "UPDATE number_outages SET alerted_since = down_since WHERE number_id = ANY(@Ids)", new { Ids = due.ConvertAll(outage => outage.NumberId) }, transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
        }

        return due.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var often = options.Value.NumberDownAfter / 4;
        using var timer = new PeriodicTimer(often < MaxInterval ? often : MaxInterval, time);
        try
        {
            do
            {
                await LookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is due is found by another replica, or after the next start.
        }
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await AlertAsync(stoppingToken) == Batch)
            {
            }
        }
        catch (Exception exception) when (Transience.IsTransient(exception))
        {
            Log.Away(logger, exception.Message);
        }
    }

    private sealed class Outage
    {
        public required string NumberId { get; init; }

        public DateTimeOffset DownSince { get; init; }

        public required string Reason { get; init; }

        public DateTimeOffset Now { get; init; }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away; alerts of numbers wait: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
