using Dapper;
using Npgsql;
using PilotHooks.Console.Data;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Audit;

/// <summary>Something that was done. Before and after are JSON without secrets.</summary>
internal sealed record AuditRecord(Guid Id, DateTimeOffset At, string Actor, string Action, string? Object, string? Before, string? After);

/// <summary>
/// The audit in the database, which lets nobody change or delete a record (V033). What is about to be done is an intent
/// first: only what could be written down beforehand is done, and what was done is a record whatever dies in between.
/// </summary>
internal sealed class AuditStore(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Longer than any call lasts: an intent as old as this will hear no more of its call.</summary>
    private static readonly TimeSpan IntentsEnd = TimeSpan.FromMinutes(10);

    /// <summary>Writes down what is about to be done.</summary>
    public async Task<Guid> IntendAsync(string actor, string action, string? @object, string? before, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await ExecuteAsync(
            "INSERT INTO audit_intents (id, at, actor, action, object, before) VALUES (@id, @now, @actor, @action, @object, @before::jsonb)",
            new { id, now, actor, action, @object, before },
            cancellationToken);
        return id;
    }

    /// <summary>It was done, or may have been.</summary>
    public Task CompleteAsync(Guid id, string? @object, string? after, CancellationToken cancellationToken)
        => ExecuteAsync(
            """
            WITH done AS (DELETE FROM audit_intents WHERE id = @id RETURNING id, at, actor, action, object, before)
            INSERT INTO audit (id, at, actor, action, object, before, after)
            SELECT id, at, actor, action, coalesce(object, @object), before, @after::jsonb FROM done
            """,
            new { id, @object, after },
            cancellationToken);

    /// <summary>It was refused, and changed nothing.</summary>
    public Task DropAsync(Guid id, CancellationToken cancellationToken)
        => ExecuteAsync("DELETE FROM audit_intents WHERE id = @id", new { id }, cancellationToken);

    /// <summary>Records what needs no intent, since whoever asks for it waits for the record.</summary>
    public Task AddAsync(string actor, string action, string? @object, string? after, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return ExecuteAsync(
            "INSERT INTO audit (id, at, actor, action, object, after) VALUES (@id, @now, @actor, @action, @object, @after::jsonb)",
            new { id = Guid.CreateVersion7(now), now, actor, action, @object, after },
            cancellationToken);
    }

    /// <summary>Intents whose call nobody heard the end of: the replica died, or the database was away just then.</summary>
    public Task<int> RecordLostAsync(CancellationToken cancellationToken)
        => ExecuteAsync(
            $"""
            WITH lost AS (DELETE FROM audit_intents WHERE at < @before RETURNING id, at, actor, action, object, before)
            INSERT INTO audit (id, at, actor, action, object, before, after)
            SELECT id, at, actor, action, object, before, '{AuditFacts.Unknown}'::jsonb FROM lost
            """,
            new { before = time.GetUtcNow() - IntentsEnd },
            cancellationToken);

    /// <summary>Newest first, one row more than the page holds.</summary>
    public async Task<IReadOnlyList<AuditRecord>> ListAsync(string? actor, string? action, TimeRange times, PageQuery page, CancellationToken cancellationToken)
    {
        string[] conditions =
        [
            string.IsNullOrEmpty(actor) ? "" : "actor = @actor",
            string.IsNullOrEmpty(action) ? "" : "action = @action",
            times.Since is null ? "" : "at >= @since",
            times.Until is null ? "" : "at < @until",
            page.After is null ? "" : "(at, id) < (@afterAt, @afterId)",
        ];
        var where = string.Join(" AND ", conditions.Where(condition => condition.Length > 0));
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<AuditRecord>(new CommandDefinition(
            $"""
            SELECT id, at, actor, action, object, before::text AS before, after::text AS after FROM audit
            {(where.Length > 0 ? $"WHERE {where}" : "")}
            ORDER BY at DESC, id DESC LIMIT @limit
            """,
            new { actor, action, since = times.Since, until = times.Until, afterAt = page.After?.At, afterId = page.After?.Id(), limit = page.Limit + 1 },
            cancellationToken: cancellationToken));
        return rows.AsList();
    }

    private async Task<int> ExecuteAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }
}
