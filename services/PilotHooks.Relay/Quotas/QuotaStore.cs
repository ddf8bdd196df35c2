using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Relay.Quotas;

/// <summary>
/// Counts what callers do: a token bucket for each caller and quota, which holds a minute's worth. In the database, since a
/// count of each replica would multiply the quota by their number, and these calls write there in any case.
/// </summary>
internal sealed class QuotaStore(NpgsqlDataSource database, IOptions<RelayOptions> options)
{
    private const string Tokens = "least(@PerMinute, b.tokens + greatest(0, extract(epoch FROM clock_timestamp() - b.at)::float8) * @PerMinute / 60)";

    /// <summary>Null if it was taken, else in how many seconds there is one again.</summary>
    private const string TakeSql = $"""
        WITH taken AS (
            INSERT INTO quota_buckets AS b (scope, quota, tokens, at) VALUES (@Scope, @Quota, @PerMinute - 1, clock_timestamp())
            ON CONFLICT (scope, quota) DO UPDATE SET tokens = {Tokens} - 1, at = greatest(b.at, clock_timestamp()) WHERE {Tokens} >= 1
            RETURNING 1
        )
        SELECT CASE WHEN NOT EXISTS (SELECT FROM taken)
            THEN coalesce((SELECT (1 - {Tokens}) * 60 / @PerMinute FROM quota_buckets b WHERE b.scope = @Scope AND b.quota = @Quota), 1) END
        """;

    /// <summary>Takes one; returns how long to wait for the next if there is none.</summary>
    public async Task<TimeSpan?> TakeAsync(Caller caller, Quota quota, CancellationToken cancellationToken)
    {
        var parameters = new { Scope = caller.NumberId ?? "", Quota = quota.ToString(), PerMinute = (double)options.Value.Quotas.PerMinute(quota) };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<double?>(new CommandDefinition(TakeSql, parameters, cancellationToken: cancellationToken)) is { } seconds
            ? TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(seconds)))
            : null;
    }
}
