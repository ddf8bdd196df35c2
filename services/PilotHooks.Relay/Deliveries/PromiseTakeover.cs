using Dapper;
using Npgsql;
using PilotHooks.Relay.Archive;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Relay.Deliveries;

/// <summary>Makes the deliveries that dead replicas promised in <c>first_attempts</c> and never wrote.</summary>
internal sealed class PromiseTakeover(NpgsqlDataSource database)
{
    /// <summary>Promises taken over at a time.</summary>
    private const int Batch = 4;

    private const string TakeOverSql = """
        WITH kept AS (
            DELETE FROM first_attempts WHERE id = ANY(ARRAY(
                SELECT id FROM first_attempts WHERE leased_until <= now() AND id <> ALL(@Own) ORDER BY leased_until LIMIT @Batch FOR UPDATE SKIP LOCKED))
            RETURNING event_ids
        )
        SELECT v.event_id, v.event FROM kept CROSS JOIN LATERAL unnest(event_ids) AS k(event_id) JOIN events v ON v.event_id = k.event_id
        """;

    /// <summary>Returns whether there may be more of them.</summary>
    /// <param name="own">Promises of this replica, however old: it still keeps them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<bool> TakeOverAsync(Guid[] own, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var events = (await connection.QueryAsync<(Guid Id, string Event)>(new CommandDefinition(TakeOverSql, new { Own = own, Batch }, transaction, cancellationToken: cancellationToken))).AsList();
        foreach (var named in events.GroupBy(one => one.Event, one => one.Id))
        {
            await DueDeliveries.MakeMissingAsync(connection, named.Key, [.. named], new Caller(null), redeliver: false, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return events.Count > 0;
    }
}
