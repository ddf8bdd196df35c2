using Dapper;
using Npgsql;
using PilotHooks.Relay.Endpoints;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// How many deliveries an endpoint has of each status, exactly and at once, however many they are. The database's own
/// triggers note every change; here what was noted is folded into the counts, by one replica at a time, and read.
/// </summary>
internal sealed partial class DeliveryCounts(NpgsqlDataSource database, TimeProvider time, ILogger<DeliveryCounts> logger) : BackgroundService
{
    private const long AdvisoryLock = 0x636F756E7473;
    private const int MaxChanges = 50_000;

    /// <summary>A reader adds up what has not been folded: at most the changes of so long.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public async Task<EndpointStats> ReadAsync(string endpointId, CancellationToken cancellationToken)
    {
        // One statement, so that a fold that commits meanwhile is seen in both tables or in neither.
        const string sql = """
            SELECT status, sum(count)::bigint FROM (
                SELECT status, count FROM delivery_counts WHERE endpoint_id = @endpointId
                UNION ALL
                SELECT status, change FROM delivery_count_changes WHERE endpoint_id = @endpointId) c
            GROUP BY status
            """;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var counts = (await connection.QueryAsync<(string Status, long Count)>(new CommandDefinition(sql, new { endpointId }, cancellationToken: cancellationToken)))
            .ToDictionary(row => row.Status, row => row.Count);
        var (successful, failed, pending) = (counts.GetValueOrDefault(AttemptDecision.Successful), counts.GetValueOrDefault(AttemptDecision.Failed), counts.GetValueOrDefault(AttemptDecision.Pending));
        var ended = successful + failed;
        var retrying = await RetryRuns.ReadAsync(connection, endpointId, pending, cancellationToken);
        return new EndpointStats(ended + pending, successful, failed, pending, ended == 0 ? null : (double)successful / ended, retrying);
    }

    /// <summary>Moves some of what was noted into the counts; tells whether there may be more.</summary>
    public async Task<bool> FoldAsync(CancellationToken cancellationToken)
    {
        const string sql = """
            WITH turn AS MATERIALIZED (
                SELECT pg_try_advisory_xact_lock(@AdvisoryLock) AS mine
            ), taken AS (
                DELETE FROM delivery_count_changes
                WHERE ctid = ANY(ARRAY(SELECT c.ctid FROM delivery_count_changes c, turn WHERE turn.mine LIMIT @MaxChanges))
                RETURNING endpoint_id, status, change
            ), folded AS (
                INSERT INTO delivery_counts AS c (endpoint_id, status, count)
                SELECT endpoint_id, status, sum(change) FROM taken t
                WHERE EXISTS (SELECT FROM endpoints e WHERE e.id = t.endpoint_id)
                GROUP BY endpoint_id, status
                ON CONFLICT (endpoint_id, status) DO UPDATE SET count = c.count + excluded.count
            )
            SELECT count(*) FROM taken
            """;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(sql, new { AdvisoryLock, MaxChanges }, cancellationToken: cancellationToken)) == MaxChanges;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await FoldAllAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is folded the next time.
        }
    }

    private async Task FoldAllAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await FoldAsync(stoppingToken))
            {
            }
        }
        catch (Exception exception) when (Transience.IsTransient(exception))
        {
            Log.Away(logger, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away; counts are folded later: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
