using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using PilotHooks.Console.Data;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Contacts;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Console.DeadLetters;

/// <summary>A message that a consumer could not process, without its payload.</summary>
/// <param name="Id">The id of the dead letter.</param>
/// <param name="Queue">The queue whose consumer failed.</param>
/// <param name="EventId">The id of the event.</param>
/// <param name="Event">The event's name.</param>
/// <param name="Source">The source that the event came from.</param>
/// <param name="NumberId">The number that the event is of; null where it is not known.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="ExceptionType">The type of the exception.</param>
/// <param name="FailedAt">When it failed.</param>
/// <param name="ReplayedAt">When it was last put back.</param>
internal sealed record DeadLetterItem(
    Guid Id, string Queue, Guid? EventId, string? Event, string? Source, string? NumberId,
    string? Reason, string? ExceptionType, DateTimeOffset FailedAt, DateTimeOffset? ReplayedAt)
{
    /// <summary>The service whose consumer failed: queues are named after it.</summary>
    public string Service => Queue.Split('-', 2)[0];
}

/// <summary>Which dead letters a call means; null leaves a part open.</summary>
internal sealed record DeadLetterFilter(string? Queue, string? Event, string? NumberId)
{
    /// <summary>
    /// Only the conditions that there are, so that each finds its index. Numbers and names are indexed by their beginnings:
    /// a provider's may be longer than an index holds.
    /// </summary>
    public string Sql { get; } = string.Concat(
        Queue is null ? "" : " AND queue = @Queue",
        Event is null ? "" : " AND event = @Event AND left(event, 200) = left(@Event, 200)",
        NumberId is null ? "" : " AND number_id = @NumberId AND left(number_id, 200) = left(@NumberId, 200)");
}

/// <summary>What a replay needs of a dead letter. There is no payload any more once its age is over.</summary>
internal sealed record Replayable(Guid Id, string Queue, string? NumberId, byte[]? Payload, string Properties, string Headers, DateTimeOffset? ReplayedAt);

/// <summary>How far the latest replay of many is; while one is still at work, it and those asked for since.</summary>
/// <param name="RequestedAt">When it was asked for; null if never.</param>
/// <param name="Requested">How many it means.</param>
/// <param name="Replayed">How many are back in their queue.</param>
/// <param name="Refused">How many had no queue to go to, and stay.</param>
/// <param name="Waiting">How many are still to be replayed.</param>
internal sealed record ReplayProgress(DateTimeOffset? RequestedAt, long Requested, long Replayed, long Refused, long Waiting);

/// <summary>The dead letters in the database.</summary>
internal sealed class DeadLetterStore(NpgsqlDataSource database, ErasedContacts erased, IOptions<RetentionOptions> retention)
{
    private const string ItemColumns =
        "id, queue, event_id, event, source, number_id, reason, exception_type, failed_at, replayed_at";
    private const string IsWaiting = "replay_requested_at IS NOT NULL AND replayed_at IS NULL AND replay_refused_at IS NULL";
    private const string ReplayColumns = "id, queue, number_id, payload, properties::text AS properties, headers::text AS headers, replayed_at";

    /// <summary>Throws while the database does not answer.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT 1");
        await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>One statement for all; those that are there already stay as they are, and those of erased people are left out.</summary>
    public Task AddAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
        => erased.MergeAsync(letters, letter => (letter.Payload, letter.OccurredAt), (kept, state) => AddAsync(kept, state, cancellationToken), cancellationToken);

    private async Task AddAsync(IReadOnlyList<DeadLetter> letters, long erasures, CancellationToken cancellationToken)
    {
        var command = new NpgsqlBatchCommand(
            """
            INSERT INTO dead_letters (id, delivery_key, queue, event_id, event, source, number_id, reason, exception_type, failed_at, payload, properties, headers)
            SELECT id, delivery_key, queue, event_id, event, source, number_id, reason, exception_type, failed_at, payload, properties::jsonb, headers::jsonb
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                AS letter (id, delivery_key, queue, event_id, event, source, number_id, reason, exception_type, failed_at, payload, properties, headers)
            ON CONFLICT (delivery_key) DO NOTHING
            """);
        Add(NpgsqlDbType.Uuid, letter => letter.Id);
        Add(NpgsqlDbType.Bytea, letter => letter.DeliveryKey);
        Add(NpgsqlDbType.Text, letter => letter.Queue);
        Add(NpgsqlDbType.Uuid, letter => letter.EventId);
        Add(NpgsqlDbType.Text, letter => letter.Event);
        Add(NpgsqlDbType.Text, letter => letter.Source);
        Add(NpgsqlDbType.Text, letter => letter.NumberId);
        Add(NpgsqlDbType.Text, letter => letter.Reason);
        Add(NpgsqlDbType.Text, letter => letter.ExceptionType);
        Add(NpgsqlDbType.TimestampTz, letter => letter.FailedAt);
        Add(NpgsqlDbType.Bytea, letter => retention.Value.KeepsContent ? letter.Payload : null);
        Add(NpgsqlDbType.Text, letter => letter.Properties);
        Add(NpgsqlDbType.Text, letter => letter.Headers);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { ErasedContacts.Check(erasures), command } };
        await batch.ExecuteNonQueryAsync(cancellationToken);

        void Add<T>(NpgsqlDbType type, Func<DeadLetter, T> column)
            => command.Parameters.Add(ArrayParameter.Of(letters, type, column));
    }

    /// <summary>The open ones, newest failure first, one row more than the page holds.</summary>
    public async Task<IReadOnlyList<DeadLetterItem>> ListAsync(DeadLetterFilter filter, PageQuery page, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<DeadLetterItem>(new CommandDefinition(
            $"""
            SELECT {ItemColumns} FROM dead_letters
            WHERE replayed_at IS NULL{filter.Sql} {(page.After is null ? "" : "AND (failed_at, id) < (@at, @id)")}
            ORDER BY failed_at DESC, id DESC LIMIT @limit
            """,
            new { filter.Queue, filter.Event, filter.NumberId, at = page.After?.At, id = page.After?.Id(), limit = page.Limit + 1 },
            cancellationToken: cancellationToken));
        return rows.AsList();
    }

    /// <summary>Those of one event, the replayed ones included, the oldest failure first.</summary>
    public async Task<IReadOnlyList<DeadLetterItem>> OfEventAsync(Guid eventId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<DeadLetterItem>(new CommandDefinition(
            $"SELECT {ItemColumns} FROM dead_letters WHERE event_id = @eventId ORDER BY failed_at, id LIMIT 100", new { eventId }, cancellationToken: cancellationToken));
        return rows.AsList();
    }

    /// <summary>How many are open.</summary>
    public async Task<long> CountOpenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition("SELECT count(*) FROM dead_letters WHERE replayed_at IS NULL", cancellationToken: cancellationToken));
    }

    public async Task<(DeadLetterItem Item, byte[]? Payload)?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var item = await connection.QuerySingleOrDefaultAsync<DeadLetterItem>(new CommandDefinition(
            $"SELECT {ItemColumns} FROM dead_letters WHERE id = @id", new { id }, cancellationToken: cancellationToken));
        return item is null ? null : (item, await connection.QuerySingleOrDefaultAsync<byte[]?>(new CommandDefinition(
            "SELECT payload FROM dead_letters WHERE id = @id", new { id }, cancellationToken: cancellationToken)));
    }

    /// <summary>Asks for a replay of all open ones that the filter means, and says how many those are.</summary>
    public async Task<int> RequestReplayAsync(DeadLetterFilter filter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            $"""
            UPDATE dead_letters SET replay_requested_at = CASE WHEN {IsWaiting} THEN replay_requested_at ELSE @now END, replay_refused_at = NULL
            WHERE replayed_at IS NULL AND payload IS NOT NULL{filter.Sql}
            """,
            new { now, filter.Queue, filter.Event, filter.NumberId },
            cancellationToken: cancellationToken));
    }

    /// <summary>Of all numbers, or of one.</summary>
    public async Task<ReplayProgress> ReadReplayAsync(string? numberId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<ReplayProgress>(new CommandDefinition(
            $"""
            SELECT min(replay_requested_at) AS requested_at, count(*) AS requested, count(replayed_at) AS replayed, count(replay_refused_at) AS refused,
                count(*) FILTER (WHERE {IsWaiting}) AS waiting
            FROM dead_letters
            WHERE (@numberId::text IS NULL OR number_id = @numberId) AND replay_requested_at >= coalesce(
                (SELECT min(replay_requested_at) FROM dead_letters WHERE {IsWaiting} AND (@numberId::text IS NULL OR number_id = @numberId)),
                (SELECT max(replay_requested_at) FROM dead_letters WHERE replay_requested_at IS NOT NULL AND (@numberId::text IS NULL OR number_id = @numberId)))
            """,
            new { numberId },
            cancellationToken: cancellationToken));
    }

    /// <summary>
    /// Locks one row, lets <paramref name="publish"/> put it back, and marks it. A second call for the same row waits and
    /// then finds it replayed. Null: no such row for this caller.
    /// </summary>
    public async Task<DateTimeOffset?> ReplayOneAsync(Guid id, Func<string?, bool> sees, Func<Replayable, Task> publish, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var letter = await connection.QuerySingleOrDefaultAsync<Replayable>(new CommandDefinition(
            $"SELECT {ReplayColumns} FROM dead_letters WHERE id = @id FOR UPDATE", new { id }, transaction, cancellationToken: cancellationToken));
        if (letter is null || !sees(letter.NumberId))
        {
            return null;
        }

        if (letter.ReplayedAt is { } before)
        {
            return before;
        }

        await publish(letter);
        var now = time.GetUtcNow();
        await MarkAsync(connection, transaction, [id], now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return now;
    }

    /// <summary>
    /// Replays up to <paramref name="limit"/> requested ones that no other replica has in hand. Those that
    /// <paramref name="publish"/> leaves out had no queue to go to: they stay open.
    /// Returns how many it took.
    /// </summary>
    public async Task<int> ReplayRequestedAsync(int limit, Func<IReadOnlyList<Replayable>, Task<IReadOnlyList<Guid>>> publish, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var letters = (await connection.QueryAsync<Replayable>(new CommandDefinition(
            $"""
            SELECT {ReplayColumns} FROM dead_letters WHERE {IsWaiting}
            ORDER BY failed_at, id LIMIT @limit FOR UPDATE SKIP LOCKED
            """,
            new { limit }, transaction, cancellationToken: cancellationToken))).AsList();
        if (letters.Count == 0)
        {
            return 0;
        }

        var confirmed = await publish(letters);
        var now = time.GetUtcNow();
        await MarkAsync(connection, transaction, [.. confirmed], now, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE dead_letters SET replay_refused_at = @now WHERE id = ANY(@ids)",
            new { now, ids = letters.Select(letter => letter.Id).Except(confirmed).ToArray() }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return letters.Count;
    }

    private static Task MarkAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid[] ids, DateTimeOffset now, CancellationToken cancellationToken)
        => connection.ExecuteAsync(new CommandDefinition("UPDATE dead_letters SET replayed_at = @now WHERE id = ANY(@ids)", new { ids, now }, transaction, cancellationToken: cancellationToken));
}
