using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using PilotHooks.Console.Keys;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Console.Sessions;

/// <summary>
/// The sessions in the database. A cookie without its row opens nothing, so whoever signs out, and every session whose time
/// is over, is out on every replica within a second, whoever kept the cookie.
/// </summary>
internal sealed class SessionStore(NpgsqlDataSource database, ApiKeyAuthenticator keys, TimeProvider time)
{
    /// <summary>From signing in, whatever happens in between.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly RecentLookups<DateTimeOffset?> _recent = new(time);

    /// <summary>Begins a session for who has shown a key, and records it.</summary>
    public async Task<Session> BeginAsync(byte[] keyHash, Caller caller, CancellationToken cancellationToken)
    {
        var session = new Session(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), keyHash);
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            WITH former AS (DELETE FROM sessions WHERE expires_at < @now),
                 begun AS (INSERT INTO sessions (id, key_id, started_at, expires_at) VALUES (@id, @KeyId, @now, @expiresAt))
            INSERT INTO audit (id, at, actor, action) VALUES (@auditId, @now, @KeyId, 'session.started')
            """,
            new { id = HashOf(session.Id), caller.KeyId, now, expiresAt = now + Lifetime, auditId = Guid.CreateVersion7(now) },
            cancellationToken: cancellationToken));
        return session;
    }

    /// <summary>Whether the session goes on, and what its key allows.</summary>
    public async Task<KeyCheck> CheckAsync(Session session)
    {
        try
        {
            var expiresAt = await _recent.GetAsync(session.Id, cancellationToken => FindAsync(session.Id, cancellationToken));
            return expiresAt > time.GetUtcNow() ? await keys.CheckAsync(session.KeyHash) : new KeyCheck(KeyCheckResult.Unknown);
        }
        catch (Exception exception) when (exception is OperationCanceledException || Transience.IsTransient(exception))
        {
            return new KeyCheck(KeyCheckResult.Undecided);
        }
    }

    /// <summary>Ends it for good.</summary>
    public async Task EndAsync(Session session, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            WITH ended AS (DELETE FROM sessions WHERE id = @id RETURNING key_id)
            INSERT INTO audit (id, at, actor, action) SELECT @auditId, @now, key_id, 'session.ended' FROM ended
            """,
            new { id = HashOf(session.Id), now, auditId = Guid.CreateVersion7(now) },
            cancellationToken: cancellationToken));
        _recent.Forget(session.Id);
    }

    private async Task<DateTimeOffset?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<DateTimeOffset?>(new CommandDefinition(
            "SELECT expires_at FROM sessions WHERE id = @id", new { id = HashOf(id) }, cancellationToken: cancellationToken));
    }

    /// <summary>Whoever reads the table cannot make a cookie of it.</summary>
    private static byte[] HashOf(string id) => SHA256.HashData(Encoding.ASCII.GetBytes(id));
}
