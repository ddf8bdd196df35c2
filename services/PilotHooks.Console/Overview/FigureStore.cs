using System.Text.Json;
using Dapper;
using Npgsql;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Overview;

/// <summary>The reports in the database, shared by the replicas of the console.</summary>
internal sealed class FigureStore(NpgsqlDataSource database)
{
    private const int MaxRemoved = 1000;

    /// <summary>One statement for all; a report that is there already stays as it is.</summary>
    public async Task AddAsync(IReadOnlyList<FigureReport> reports, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO figures (at, service, replica, report)
            SELECT * FROM unnest(@Ats, @Services, @Replicas, @Reports)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                Ats = reports.Select(report => report.At.ToUniversalTime()).ToArray(),
                Services = reports.Select(report => report.Service).ToArray(),
                Replicas = reports.Select(report => report.Replica).ToArray(),
                Reports = reports.Select(report => JsonSerializer.Serialize(report, ApiJson.Options)).ToArray(),
            },
            cancellationToken: cancellationToken));
    }

    /// <summary>
    /// Those taken after one moment and stored after another, in the order in which they were stored, with the time of the
    /// last one.
    /// </summary>
    public async Task<(IReadOnlyList<FigureReport> Reports, DateTimeOffset? LastStoredAt)> ReadAsync(DateTimeOffset takenAfter, DateTimeOffset storedAfter, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(
            "SELECT report, stored_at FROM figures WHERE at > @takenAfter AND stored_at > @storedAfter ORDER BY stored_at",
            new { takenAfter, storedAfter },
            cancellationToken: cancellationToken))).AsList();
        return ([.. rows.Select(row => JsonSerializer.Deserialize<FigureReport>(row.Report, ApiJson.Options)!)], rows.Count == 0 ? null : rows[^1].StoredAt);
    }

    /// <summary>Removes those taken before a moment, in batches small enough that nobody waits for them.</summary>
    public async Task RemoveAsync(DateTimeOffset takenBefore, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        while (await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM figures WHERE ctid = ANY(ARRAY(SELECT ctid FROM figures WHERE at < @takenBefore LIMIT @MaxRemoved))",
            new { takenBefore, MaxRemoved },
            cancellationToken: cancellationToken)) == MaxRemoved)
        {
        }
    }

    private sealed record Row(string Report, DateTimeOffset StoredAt);
}
