using System.Runtime.CompilerServices;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using PilotHooks.Calls.Calls;
using PilotHooks.Calls.Permissions;
using PilotHooks.ServiceDefaults.Contacts;

namespace PilotHooks.Calls.Contacts;

/// <summary>A person's calls, with all that was signalled, and permissions to be called. A call has two parties, so it goes whole.</summary>
internal sealed class CallContacts(NpgsqlDataSource database) : IContactData
{
    private const int Batch = 500;

    private const string FindSql = """SELECT DISTINCT call_key FROM call_events WHERE "from" = ANY(@Forms) OR "to" = ANY(@Forms)""";

    // The lock that merges share: what one of them adds to such a call is there before, or comes to a call of its own.
    private const string EraseSql = """
        SELECT pg_advisory_xact_lock(x'63616C6C73'::bigint);
        DELETE FROM call_events WHERE call_key = ANY(@keys);
        DELETE FROM call_aliases WHERE call_key = ANY(@keys);
        DELETE FROM calls WHERE key = ANY(@keys);
        """;

    private const string PermissionsSql = """
        DELETE FROM call_permissions WHERE "from" = ANY(@Forms) OR "to" = ANY(@Forms);
        DELETE FROM own_phones WHERE phone = ANY(@Forms);
        """;

    public async Task<long> EraseAsync(ContactId contact, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var erased = 0L;
        foreach (var keys in (await FindAsync(connection, contact, cancellationToken)).Chunk(Batch))
        {
            erased += await connection.ExecuteAsync(new CommandDefinition(EraseSql, new { keys }, commandTimeout: 0, cancellationToken: cancellationToken));
        }

        return erased + await connection.ExecuteAsync(new CommandDefinition(PermissionsSql, new { contact.Forms }, commandTimeout: 0, cancellationToken: cancellationToken));
    }

    public async Task ExportAsync(ContactId contact, ExportWriter export, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var keys = await FindAsync(connection, contact, cancellationToken);
        await export.ListAsync("calls", CallsAsync(connection, keys, cancellationToken), cancellationToken);
        await export.ListAsync(
            "permissions",
            connection.QueryUnbufferedAsync<PermissionView>(
                """SELECT CASE WHEN "from" = ANY(@Forms) THEN "from" ELSE "to" END AS contact, status, at FROM call_permissions WHERE "from" = ANY(@Forms) OR "to" = ANY(@Forms) ORDER BY at""",
                new { contact.Forms }),
            cancellationToken);
    }

    public static void MapSummary(RouteGroupBuilder routes) => routes.MapPost("/contacts/summary", SummariseAsync);

    private static async Task<Ok<CallSummary>> SummariseAsync(ContactRequest body, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var contact = ContactId.Of(body.Contact);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return TypedResults.Ok(await connection.QuerySingleAsync<CallSummary>(new CommandDefinition(
            """
            SELECT count(*) AS calls, max(first_event_at) AS last_call_at,
                (SELECT count(*) FROM call_permissions WHERE ("from" = ANY(@Forms) OR "to" = ANY(@Forms)) AND (@NumberId::text IS NULL OR number_id = @NumberId)) AS permissions
            FROM calls WHERE ("from" = ANY(@Forms) OR "to" = ANY(@Forms)) AND (@NumberId::text IS NULL OR number_id = @NumberId)
            """,
            new { contact.Forms, body.NumberId },
            cancellationToken: cancellationToken)));
    }

    private static async Task<List<string>> FindAsync(NpgsqlConnection connection, ContactId contact, CancellationToken cancellationToken)
        => (await connection.QueryAsync<string>(new CommandDefinition(FindSql, new { contact.Forms }, commandTimeout: 0, cancellationToken: cancellationToken))).AsList();

    /// <summary>As the API shows them, with their signalling.</summary>
    private static async IAsyncEnumerable<CallView> CallsAsync(NpgsqlConnection connection, List<string> keys, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var key in keys)
        {
            var signalling = await connection.QueryAsync<SignalView>(
                new CommandDefinition(CallQueries.Signalling("@key"), new { key, WithSdp = true }, cancellationToken: cancellationToken));
            foreach (var call in await connection.QueryAsync<CallView>(
                new CommandDefinition($"SELECT {CallQueries.Columns} FROM calls WHERE key = @key", new { key }, cancellationToken: cancellationToken)))
            {
                yield return call with { Signalling = signalling.AsList() };
            }
        }
    }

    /// <summary>What calls tell of a person at a glance.</summary>
    private sealed record CallSummary(long Calls, DateTimeOffset? LastCallAt, long Permissions);
}
