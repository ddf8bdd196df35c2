using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Contacts;

namespace PilotHooks.Console.Contacts;

/// <summary>An erasure as it stands.</summary>
/// <param name="Id">The id of the erasure.</param>
/// <param name="RequestedAt">When it was asked for.</param>
/// <param name="FinishedAt">When it was finished; null while it runs.</param>
/// <param name="Erased">How many rows went or changed, by service; a service that was asked again after an interruption counts again.</param>
/// <param name="Waiting">The services that still have something of the person.</param>
internal sealed record Erasure(Guid Id, DateTimeOffset RequestedAt, DateTimeOffset? FinishedAt, IReadOnlyDictionary<string, long> Erased, IReadOnlyList<string> Waiting)
{
    /// <summary>How far it is.</summary>
    public string Status => FinishedAt is null ? "running" : "finished";
}

/// <summary>
/// Erasures that were asked for, so that one goes on after whatever interrupts it, in any replica. While it is under way the
/// number lies here encrypted; afterwards only what was done.
/// </summary>
internal sealed class ErasureStore(NpgsqlDataSource database, ErasedContacts erased, IDataProtectionProvider protection)
{
    private const string Columns = "id, requested_at, finished_at, waiting, erased::text AS erased";

    private readonly IDataProtector _protector = protection.CreateProtector("contact-erasures");

    /// <summary>Asks for it. One of the same person that is under way begins anew, since more may have come meanwhile.</summary>
    public async Task<Guid> BeginAsync(ContactId contact, IReadOnlyList<string> services, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string sql = """
            INSERT INTO contact_erasures (id, tombstone, contact, requested_at, waiting) VALUES (@Id, @Tombstone, @Contact, @now, @Waiting)
            ON CONFLICT (tombstone) WHERE finished_at IS NULL
            DO UPDATE SET contact = excluded.contact, requested_at = excluded.requested_at, waiting = excluded.waiting
            RETURNING id
            """;
        var parameters = new
        {
            Id = Guid.CreateVersion7(now),
            Tombstone = await erased.TombstoneOfAsync(contact, cancellationToken),
            Contact = _protector.Protect(Encoding.UTF8.GetBytes(contact.Canonical)),
            now,
            Waiting = services.ToArray(),
        };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<Guid>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
    }

    public async Task<Erasure?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM contact_erasures WHERE id = @id", new { id }, cancellationToken: cancellationToken)))?.ToErasure();
    }

    public async Task<IReadOnlyList<Guid>> UnfinishedAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<Guid>(new CommandDefinition(
            "SELECT id FROM contact_erasures WHERE finished_at IS NULL ORDER BY requested_at", cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Holds the erasure for this replica until the connection is disposed; null if another has it. It ends with the process, too.</summary>
    public async Task<NpgsqlConnection?> TryHoldAsync(Guid id, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                "SELECT pg_try_advisory_lock(hashtextextended('contact-erasure ' || @id::text, 0))", new { id }, cancellationToken: cancellationToken)))
            {
                return connection;
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>Whose it is and what is left to do; null once it is finished.</summary>
    public async Task<(ContactId Contact, DateTimeOffset RequestedAt, string[] Waiting)?> ReadWorkAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Work>(new CommandDefinition(
            "SELECT contact, requested_at, waiting FROM contact_erasures WHERE id = @id AND finished_at IS NULL", new { id }, cancellationToken: cancellationToken));
        return row is null ? null : (ContactId.Parse(Encoding.UTF8.GetString(_protector.Unprotect(row.Contact)))!, row.RequestedAt, row.Waiting);
    }

    /// <summary>Notes that a service is done, unless the erasure began anew meanwhile; the last one finishes it.</summary>
    public async Task DoneAsync(Guid id, DateTimeOffset requestedAt, string service, long rows, CancellationToken cancellationToken)
    {
        const string sql = """
            UPDATE contact_erasures
            SET waiting = array_remove(waiting, @service),
                erased = jsonb_set(erased, ARRAY[@service], to_jsonb(COALESCE((erased ->> @service)::bigint, 0) + @rows)),
                finished_at = CASE WHEN array_remove(waiting, @service) = '{}' THEN now() END,
                contact = CASE WHEN array_remove(waiting, @service) = '{}' THEN NULL ELSE contact END
            WHERE id = @id AND requested_at = @requestedAt AND finished_at IS NULL
            """;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(sql, new { id, requestedAt, service, rows }, cancellationToken: cancellationToken));
    }

    private sealed record Work
    {
        public byte[] Contact { get; init; } = [];
        public DateTimeOffset RequestedAt { get; init; }
        public string[] Waiting { get; init; } = [];
    }

    private sealed record Row
    {
        public Guid Id { get; init; }
        public DateTimeOffset RequestedAt { get; init; }
        public DateTimeOffset? FinishedAt { get; init; }
        public string[] Waiting { get; init; } = [];
        public string Erased { get; init; } = "";

        public Erasure ToErasure() => new(Id, RequestedAt, FinishedAt, JsonSerializer.Deserialize<Dictionary<string, long>>(Erased, ApiJson.Options)!, Waiting);
    }
}
