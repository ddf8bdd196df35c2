using Dapper;
using Npgsql;
using PilotHooks.Console.Data;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Keys;

/// <summary>A key, without the key itself.</summary>
/// <param name="Id">The id of the key.</param>
/// <param name="Name">What it is called.</param>
/// <param name="NumberId">The only number that it sees; null for all.</param>
/// <param name="Scope">Whether it may change something.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it expires; null for never.</param>
/// <param name="LastUsedAt">When it was last used.</param>
internal sealed record ApiKey(Guid Id, string Name, string? NumberId, string Scope, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt)
{
    /// <summary>The scope that changes things; the other is <see cref="ReadScope"/>.</summary>
    public const string FullScope = "full";

    public const string ReadScope = "read";

    public Caller ToCaller() => new(NumberId, Id.ToString(), Scope == ReadScope);
}

/// <summary>The keys in the database.</summary>
internal sealed class ApiKeyStore(NpgsqlDataSource database)
{
    private const string Columns = "id, name, number_id, scope, created_at, expires_at, last_used_at";

    /// <summary>Returns the key as stored: the database keeps microseconds.</summary>
    public async Task<ApiKey> AddAsync(ApiKey key, byte[] hash, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<ApiKey>(new CommandDefinition(
            $"""
            INSERT INTO api_keys (id, name, number_id, hash, scope, created_at, expires_at)
            VALUES (@Id, @Name, @NumberId, @hash, @Scope, @CreatedAt, @ExpiresAt)
            RETURNING {Columns}
            """,
            new { key.Id, key.Name, key.NumberId, hash, key.Scope, key.CreatedAt, key.ExpiresAt },
            cancellationToken: cancellationToken));
    }

    public async Task<ApiKey?> FindAsync(byte[] hash, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ApiKey>(new CommandDefinition(
            $"SELECT {Columns} FROM api_keys WHERE hash = @hash", new { hash }, cancellationToken: cancellationToken));
    }

    public async Task<ApiKey?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ApiKey>(new CommandDefinition(
            $"SELECT {Columns} FROM api_keys WHERE id = @id", new { id }, cancellationToken: cancellationToken));
    }

    /// <summary>Newest first, one row more than the page holds.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(PageQuery page, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<ApiKey>(new CommandDefinition(
            $"""
            SELECT {Columns} FROM api_keys
            {(page.After is null ? "" : "WHERE (created_at, id) < (@at, @id)")}
            ORDER BY created_at DESC, id DESC LIMIT @limit
            """,
            new { at = page.After?.At, id = page.After?.Id(), limit = page.Limit + 1 },
            cancellationToken: cancellationToken));
        return rows.AsList();
    }

    /// <summary>The hash of the key that was removed; null if there was none.</summary>
    public async Task<byte[]?> RemoveAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<byte[]>(new CommandDefinition(
            "DELETE FROM api_keys WHERE id = @id RETURNING hash", new { id }, cancellationToken: cancellationToken));
    }

    /// <summary>The hashes of the keys that were used last.</summary>
    public async Task<List<byte[]>> ReadHashesAsync(int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<byte[]>(new CommandDefinition(
            "SELECT hash FROM api_keys ORDER BY coalesce(last_used_at, created_at) DESC LIMIT @limit", new { limit }, cancellationToken: cancellationToken))).AsList();
    }

    public async Task SetLastUsedAsync(IReadOnlyList<KeyValuePair<Guid, DateTimeOffset>> used, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE api_keys SET last_used_at = used.at
            FROM unnest(@ids, @times) AS used (id, at)
            WHERE api_keys.id = used.id AND (api_keys.last_used_at IS NULL OR api_keys.last_used_at < used.at)
            """,
            new { ids = used.Select(key => key.Key).ToArray(), times = used.Select(key => key.Value.UtcDateTime).ToArray() },
            cancellationToken: cancellationToken));
    }
}
