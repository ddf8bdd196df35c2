using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace PilotHooks.Messaging.Sending;

/// <summary>What a caller's <c>Idempotency-Key</c> stands for.</summary>
internal abstract record IdempotencyClaim
{
    private IdempotencyClaim()
    {
    }

    /// <summary>Nothing yet: this call may send.</summary>
    public sealed record First : IdempotencyClaim;

    /// <summary>A send that the provider took: its answer is given again.</summary>
    public sealed record Answered(string Id, string? CorrelationId) : IdempotencyClaim;

    /// <summary>Another body.</summary>
    public sealed record Conflicting : IdempotencyClaim;

    /// <summary>A send that is under way.</summary>
    public sealed record InProgress : IdempotencyClaim;

    /// <summary>A send that nobody knows the end of: the provider did not answer it, or this service ended meanwhile.</summary>
    public sealed record Unresolved : IdempotencyClaim;
}

/// <summary>
/// Keeps what was sent under an <c>Idempotency-Key</c>, for <see cref="Lifetime"/>. The claim is committed before the
/// provider is called and released only when it is certain that nothing was sent, so one key never sends twice.
/// </summary>
internal sealed class IdempotencyStore(NpgsqlDataSource database, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private const string ClaimSql = """
        INSERT INTO idempotency_keys AS k (scope, key, request_hash, started_at)
        VALUES (@Scope, @Key, @RequestHash, @Now)
        ON CONFLICT (scope, key) DO UPDATE
            SET request_hash = EXCLUDED.request_hash, started_at = EXCLUDED.started_at, answered_at = NULL, id = NULL, correlation_id = NULL
            WHERE k.started_at < @Expired
        RETURNING true
        """;

    private const string FindSql = "SELECT request_hash, started_at, answered_at, id, correlation_id FROM idempotency_keys WHERE scope = @Scope AND key = @Key";

    /// <summary>
    /// The key that the provider gets: made of the caller's scope and key, since all our numbers are one caller to it, and a
    /// number's key could be guessed by another's. A send under way when this was introduced is safe too: its claim stands
    /// here under the caller's own key, and nothing claimed is sent again.
    /// </summary>
    public static string ForProvider(string scope, string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{scope}\0{key}")));

    /// <summary>Claims the key. <paramref name="sendTimeout"/>: after this long a send without an answer is not under way any more.</summary>
    public async Task<IdempotencyClaim> ClaimAsync(string scope, string key, byte[] requestHash, TimeSpan sendTimeout, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            ClaimSql, new { Scope = scope, Key = key, RequestHash = requestHash, Now = now, Expired = now - Lifetime }, cancellationToken: cancellationToken)))
        {
            return new IdempotencyClaim.First();
        }

        var row = await connection.QueryFirstOrDefaultAsync<Row>(new CommandDefinition(FindSql, new { Scope = scope, Key = key }, cancellationToken: cancellationToken));
        return row switch
        {
            // Released between the two statements: whoever held it sent nothing, and the caller may try again.
            null => new IdempotencyClaim.InProgress(),
            _ when !row.RequestHash.AsSpan().SequenceEqual(requestHash) => new IdempotencyClaim.Conflicting(),
            { AnsweredAt: not null, Id: { } id } => new IdempotencyClaim.Answered(id, row.CorrelationId),
            { AnsweredAt: not null } => new IdempotencyClaim.Unresolved(),
            _ when now - row.StartedAt < sendTimeout => new IdempotencyClaim.InProgress(),
            _ => new IdempotencyClaim.Unresolved(),
        };
    }

    /// <summary>The provider took the message.</summary>
    public Task AnswerAsync(string scope, string key, SendOutcome.Accepted accepted)
        => ExecuteAsync(
            "UPDATE idempotency_keys SET answered_at = @Now, id = @Id, correlation_id = @CorrelationId WHERE scope = @Scope AND key = @Key",
            new { Scope = scope, Key = key, Now = time.GetUtcNow(), accepted.Id, accepted.CorrelationId });

    /// <summary>Nobody will know whether the provider took it.</summary>
    public Task GiveUpAsync(string scope, string key)
        => ExecuteAsync("UPDATE idempotency_keys SET answered_at = @Now WHERE scope = @Scope AND key = @Key", new { Scope = scope, Key = key, Now = time.GetUtcNow() });

    /// <summary>Nothing was sent: the key is free again.</summary>
    public Task ReleaseAsync(string scope, string key)
        => ExecuteAsync("DELETE FROM idempotency_keys WHERE scope = @Scope AND key = @Key", new { Scope = scope, Key = key });

    private async Task ExecuteAsync(string sql, object parameters)
    {
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, parameters);
    }

    private sealed record Row
    {
        public byte[] RequestHash { get; init; } = [];
        public DateTimeOffset StartedAt { get; init; }
        public DateTimeOffset? AnsweredAt { get; init; }
        public string? Id { get; init; }
        public string? CorrelationId { get; init; }
    }
}
