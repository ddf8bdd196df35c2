using Dapper;
using Npgsql;
using PilotHooks.Relay.Deliveries;

namespace PilotHooks.Relay.Contacts;

/// <summary>Deletes events with their deliveries and attempts, some at a time.</summary>
internal sealed class EventErasure(TimeProvider time)
{
    private const int Batch = 200;

    /// <summary>For a replica to write the deliveries that it promised, or for another to find out that it will not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private const string PromisedSql = "SELECT DISTINCT k.id FROM first_attempts f CROSS JOIN LATERAL unnest(f.event_ids) AS k(id) WHERE k.id = ANY(@ids)";

    private const string DeliveriesSql = """
        SELECT d.id FROM unnest(@ids, @firsts, @lasts) AS e(id, first, last) JOIN deliveries d ON d.id BETWEEN e.first AND e.last AND d.event_id = e.id
        ORDER BY d.id FOR UPDATE OF d
        """;

    private const string EraseSql = """
        DELETE FROM attempts WHERE delivery_id = ANY(@deliveries);
        DELETE FROM deliveries WHERE id = ANY(@deliveries);
        DELETE FROM unrecognized_events WHERE event_id = ANY(@ids);
        DELETE FROM events WHERE event_id = ANY(@ids);
        """;

    /// <summary>Returns how many rows went.</summary>
    public async Task<long> EraseAsync(NpgsqlConnection connection, IReadOnlyCollection<Guid> eventIds, CancellationToken cancellationToken)
    {
        var erased = 0L;
        var left = eventIds.ToList();
        for (var start = time.GetTimestamp(); ; await Task.Delay(Pause, time, cancellationToken))
        {
            var promised = (await connection.QueryAsync<Guid>(new CommandDefinition(PromisedSql, new { ids = left.ToArray() }, cancellationToken: cancellationToken))).ToHashSet();
            foreach (var ids in left.Where(id => !promised.Contains(id)).Chunk(Batch))
            {
                erased += await EraseAsync(connection, ids, cancellationToken);
            }

            if (promised.Count == 0)
            {
                return erased;
            }

            left = [.. promised];
            if (time.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException("First attempts of these events are still not written.");
            }
        }
    }

    private static async Task<int> EraseAsync(NpgsqlConnection connection, Guid[] ids, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var (firsts, lasts) = (Array.ConvertAll(ids, id => DeliveryIds.Around(id).First), Array.ConvertAll(ids, id => DeliveryIds.Around(id).Last));
        var deliveries = (await connection.QueryAsync<Guid>(new CommandDefinition(DeliveriesSql, new { ids, firsts, lasts }, transaction, cancellationToken: cancellationToken))).ToArray();
        var erased = await connection.ExecuteAsync(new CommandDefinition(EraseSql, new { ids, deliveries }, transaction, commandTimeout: 0, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return erased;
    }
}
