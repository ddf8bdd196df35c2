using System.Net;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace PilotHooks.Console.Sessions;

/// <summary>
/// The printed link of a local run: it works once, for ten minutes from the first start that offered it, whatever is
/// restarted in between.
/// </summary>
internal sealed class SignInLink(IOptions<SignInOptions> options, NpgsqlDataSource database, TimeProvider time) : IHostedService
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(30);

    private readonly byte[]? _hash = options.Value.Token is { } token ? HashOf(token) : null;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_hash is null)
        {
            return;
        }

        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            WITH old AS (DELETE FROM sign_in_links WHERE expires_at < @before)
            INSERT INTO sign_in_links (hash, expires_at) VALUES (@hash, @expiresAt) ON CONFLICT DO NOTHING
            """,
            new { hash = _hash, expiresAt = now + Lifetime, before = now - KeepFor },
            cancellationToken: cancellationToken));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether the token is the link's, is still good, and is used now for the first time.</summary>
    public async Task<bool> UseAsync(string token, IPAddress? from, CancellationToken cancellationToken)
    {
        if (_hash is null || from is null || !IPAddress.IsLoopback(from) || !CryptographicOperations.FixedTimeEquals(HashOf(token), _hash))
        {
            return false;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE sign_in_links SET used_at = @now WHERE hash = @hash AND used_at IS NULL AND expires_at > @now",
            new { hash = _hash, now = time.GetUtcNow() },
            cancellationToken: cancellationToken)) == 1;
    }

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
