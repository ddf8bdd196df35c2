using Dapper;
using Npgsql;
using PilotHooks.Console.Data;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Keys;

/// <summary>A key as it is stored and listed.</summary>
internal sealed record ApiKey(Guid Id, string Name, string? NumberId, DateTimeOffset CreatedAt);

/// <summary>The keys in the database.</summary>
internal sealed class ApiKeyStore(NpgsqlDataSource database)
{
    /// <summary>Returns the key as stored: the database keeps microseconds.</summary>
    public async Task<ApiKey> AddAsync(ApiKey key, byte[] hash, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<ApiKey>(new CommandDefinition(
            """
            INSERT INTO api_keys (id, name, number_id, hash, created_at) VALUES (@Id, @Name, @NumberId, @hash, @CreatedAt)
            RETURNING id, name, number_id, created_at
            """,
            new { key.Id, key.Name, key.NumberId, hash, key.CreatedAt },
            cancellationToken: cancellationToken));
    }

    public async Task<ApiKey?> FindAsync(byte[] hash, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ApiKey>(new CommandDefinition(
            "SELECT id, name, number_id, created_at FROM api_keys WHERE hash = @hash",
            new { hash },
            cancellationToken: cancellationToken));
    }

    /// <summary>Newest first, one row more than the page holds.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(PageQuery page, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<ApiKey>(new CommandDefinition(
            $"""
            SELECT id, name, number_id, created_at FROM api_keys
            {(page.After is null ? "" : "WHERE (created_at, id) < (@at, @id)")}
            ORDER BY created_at DESC, id DESC LIMIT @limit
            """,
            new { at = page.After?.At, id = page.After?.Id(), limit = page.Limit + 1 },
            cancellationToken: cancellationToken));
        return rows.AsList();
    }

    public async Task<bool> RemoveAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition("DELETE FROM api_keys WHERE id = @id", new { id }, cancellationToken: cancellationToken)) == 1;
    }
}
