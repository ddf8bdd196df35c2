using Dapper;
using Npgsql;
using PilotHooks.Relay.Archive;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Relay.Deliveries;

/// <summary>What a retry of one delivery comes to.</summary>
internal enum RetryAnswer
{
    /// <summary>It is attempted at once, or is being attempted at this very moment.</summary>
    Queued,

    /// <summary>There is no such delivery for this caller.</summary>
    NotFound,

    /// <summary>Its content is no longer kept.</summary>
    ContentGone,
}

/// <summary>Reads deliveries and puts them back to work on request.</summary>
internal sealed class DeliveryStore(NpgsqlDataSource database)
{
    public async Task<DeliveryModel?> FindAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT d.id, d.endpoint_id, d.event_id, d.event, d.status, d.due_at, d.created_at
            FROM deliveries d JOIN endpoints e ON e.id = d.endpoint_id
            WHERE d.id = @id AND (@NumberId::text IS NULL OR e.number_id = @NumberId)
            """;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(sql, new { id, caller.NumberId }, cancellationToken: cancellationToken));
        return row is null
            ? null
            : new DeliveryModel(row.Id, row.EndpointId, row.EventId, row.Event, row.Status, await AttemptLog.OfDeliveryAsync(connection, id, cancellationToken), row.DueAt, row.CreatedAt);
    }

    /// <summary>Queues a test for the endpoint; its id is that of its event too.</summary>
    public async Task<Guid> AddTestAsync(string endpointId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await DueDeliveries.InsertUrgentAsync(connection, id, endpointId, TestEvent.Name, TestEvent.Body(endpointId, now), cancellationToken);
        return id;
    }

    /// <summary>
    /// A delivery that had ended starts its schedule anew, a waiting one goes on with it. One that is being attempted is
    /// left alone: no attempt overlaps another of the same delivery. At a paused endpoint it waits like the others.
    /// </summary>
    public async Task<RetryAnswer> RetryAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        const string sql = """
            WITH found AS (
                SELECT d.id, coalesce(d.body, v.payload) IS NOT NULL AS kept, e.active OR d.event = @TestEvent AS urgent
                FROM deliveries d JOIN endpoints e ON e.id = d.endpoint_id LEFT JOIN events v ON v.event_id = d.event_id
                WHERE d.id = @id AND (@NumberId::text IS NULL OR e.number_id = @NumberId)
            ), retried AS (
                UPDATE deliveries d
                SET status = 'pending', step = CASE WHEN d.due_at IS NULL THEN 0 ELSE d.step END, due_at = now(), urgent = f.urgent
                FROM found f WHERE d.id = f.id AND f.kept AND (d.leased_until IS NULL OR d.leased_until <= now())
            )
            SELECT kept FROM found
            """;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<bool?>(new CommandDefinition(sql, new { id, caller.NumberId, TestEvent = TestEvent.Name }, cancellationToken: cancellationToken)) switch
        {
            true => RetryAnswer.Queued,
            false => RetryAnswer.ContentGone,
            null => RetryAnswer.NotFound,
        };
    }

    private sealed class Row
    {
        public Guid Id { get; init; }

        public required string EndpointId { get; init; }

        public Guid EventId { get; init; }

        public required string Event { get; init; }

        public required string Status { get; init; }

        public DateTimeOffset? DueAt { get; init; }

        public DateTimeOffset CreatedAt { get; init; }
    }
}
