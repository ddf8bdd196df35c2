using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Writes the deliveries that <see cref="FirstAttempts"/> were made of, in one statement with the end of the promises: either
/// this replica writes what was promised, with its outcomes, or whoever found the promise's lease at its end.
/// </summary>
internal sealed class FirstAttemptsMerge(NpgsqlDataSource database, RelayMetrics metrics, IOptions<RelayOptions> options, TimeProvider time)
{
    /// <summary>Almost no delivery is there before its first attempt; it costs less to find out that one is than to look for each.</summary>
    private static readonly string WriteSql = WriteSqlWith("");

    /// <summary>One that is, because its event was replayed meanwhile, stays as it is.</summary>
    private static readonly string CarefulSql = WriteSqlWith("ON CONFLICT (id) DO NOTHING");

    public async Task MergeAsync(IReadOnlyList<FirstAttempts> batch, CancellationToken cancellationToken)
    {
        var kept = await WriteAsync(batch, cancellationToken);
        foreach (var first in batch)
        {
            first.CompleteRows();
            foreach (var delivery in first.Attempted.Where(delivery => kept.Contains(first.Id) && delivery.Success is not null))
            {
                metrics.DeliveryEnded(AttemptDecision.Successful);
                metrics.RecordLatency(time.GetUtcNow() - delivery.ReceivedAt!.Value);
            }
        }
    }

    /// <summary>Returns the promises that were still this replica's to keep.</summary>
    private async Task<HashSet<Guid>> WriteAsync(IReadOnlyList<FirstAttempts> batch, CancellationToken cancellationToken)
    {
        try
        {
            return await WriteAsync(WriteSql, batch, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return await WriteAsync(CarefulSql, batch, cancellationToken);
        }
    }

    private async Task<HashSet<Guid>> WriteAsync(string sql, IReadOnlyList<FirstAttempts> batch, CancellationToken cancellationToken)
    {
        List<FirstDelivery> deliveries = [.. batch.SelectMany(first => first.Deliveries)];
        var keepsContent = options.Value.Retention.Content > TimeSpan.Zero;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange((NpgsqlParameter[])
        [
            ArrayParameter.Of(batch, NpgsqlDbType.Uuid, first => first.Id),
            ArrayParameter.Of(deliveries, NpgsqlDbType.Uuid, delivery => delivery.Batch.Id),
            ArrayParameter.Of(deliveries, NpgsqlDbType.Uuid, delivery => delivery.Id),
            ArrayParameter.Of(deliveries, NpgsqlDbType.Text, delivery => delivery.EndpointId),
            ArrayParameter.Of(deliveries, NpgsqlDbType.Uuid, delivery => delivery.EventId),
            ArrayParameter.Of(deliveries, NpgsqlDbType.Text, delivery => delivery.Event),
            ArrayParameter.Of(deliveries, NpgsqlDbType.Integer, delivery => delivery.Size),
            ArrayParameter.Of(deliveries, NpgsqlDbType.Boolean, delivery => delivery.IsUnleased),
            ArrayParameter.Of(deliveries, NpgsqlDbType.TimestampTz, delivery => delivery.Success?.StartedAt),
            ArrayParameter.Of(deliveries, NpgsqlDbType.Integer, delivery => delivery.Success?.StatusCode),
            ArrayParameter.Of(deliveries, NpgsqlDbType.Text, delivery => keepsContent ? delivery.Success?.Response : null),
            ArrayParameter.Of(deliveries, NpgsqlDbType.Integer, delivery => delivery.Success?.DurationMs),
            ArrayParameter.Of(deliveries, NpgsqlDbType.Text, delivery => delivery.Target.Format),
            new NpgsqlParameter<TimeSpan> { TypedValue = options.Value.Lease },
        ]);
        // Planned once for each connection: for every batch anew that costs more than it gains.
        await command.PrepareAsync(cancellationToken);
        var kept = new HashSet<Guid>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            kept.Add(reader.GetGuid(0));
        }

        return kept;
    }

    /// <summary>What a row says of its first attempt: it is due, it is under way, it has succeeded.</summary>
    private static string WriteSqlWith(string onConflict) => $"""
        WITH kept AS (
            DELETE FROM first_attempts WHERE id = ANY($1) RETURNING id, made_at
        ), written AS (
            INSERT INTO deliveries (id, endpoint_id, event_id, event, status, attempts, step, due_at, lease, leased_until, size, created_at,
                first_at, first_status_code, first_response, first_duration_ms, first_format)
            SELECT p.id, p.endpoint_id, p.event_id, p.event, CASE WHEN p.at IS NULL THEN 'pending' ELSE 'successful' END, (p.at IS NOT NULL)::int, (p.at IS NOT NULL)::int,
                CASE WHEN p.at IS NULL THEN now() END, CASE WHEN p.at IS NULL AND NOT p.is_unleased THEN p.id END, CASE WHEN p.at IS NULL AND NOT p.is_unleased THEN now() + $14 END, p.size, k.made_at,
                p.at, p.status_code, p.response, p.duration_ms, CASE WHEN p.at IS NOT NULL THEN p.format END
            FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::int[], $8::boolean[], $9::timestamptz[], $10::int[], $11::text[], $12::int[], $13::text[])
                AS p(promise_id, id, endpoint_id, event_id, event, size, is_unleased, at, status_code, response, duration_ms, format)
            JOIN kept k ON k.id = p.promise_id
            JOIN endpoints e ON e.id = p.endpoint_id
            {onConflict}
        )
        SELECT id FROM kept
        """;
}
