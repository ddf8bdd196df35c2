using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using PilotHooks.Messaging.Messages;
using PilotHooks.ServiceDefaults.Contacts;

namespace PilotHooks.Messaging.Contacts;

/// <summary>What messages tell of a person at a glance.</summary>
/// <param name="Names">As the person came with, the latest first.</param>
/// <param name="Numbers">Our numbers that the person wrote with.</param>
/// <param name="Messages">Between the person and us.</param>
/// <param name="GroupMessages">By the person in groups and newsletters.</param>
internal sealed record ContactSummary(IReadOnlyList<string> Names, IReadOnlyList<string> Numbers, MessageView? LastMessage, long Messages, long GroupMessages);

/// <summary>Reads it.</summary>
internal static class ContactSummaries
{
    private const int MaxNames = 20;

    // A contact's conversations are found by an index, and so are participants of groups.
    private const string MessagesSql = """
        SELECT m.key, m.number_id, m.kind, CASE WHEN m.direction = 'inbound' THEN m.participant_name END AS name, m.created_at
        FROM conversations c JOIN messages m ON m.number_id = c.number_id AND m.contact = c.contact AND m.kind = 'direct'
        WHERE c.contact = ANY(@Forms) AND (@NumberId::text IS NULL OR c.number_id = @NumberId)
        UNION ALL
        SELECT m.key, m.number_id, m.kind, m.participant_name, m.created_at
        FROM messages m WHERE m.kind <> 'direct' AND m."from" = ANY(@Forms) AND (@NumberId::text IS NULL OR m.number_id = @NumberId)
        """;

    private const string Sql = $"""
        WITH mine AS MATERIALIZED ({MessagesSql})
        SELECT
            ARRAY(SELECT name FROM (SELECT name, max(created_at) AS at FROM mine WHERE name IS NOT NULL GROUP BY name) n ORDER BY at DESC, name LIMIT @MaxNames) AS names,
            ARRAY(SELECT DISTINCT number_id FROM mine WHERE number_id <> '' ORDER BY number_id) AS numbers,
            (SELECT count(*) FROM mine WHERE kind = 'direct') AS messages,
            (SELECT count(*) FROM mine WHERE kind <> 'direct') AS group_messages,
            (SELECT key FROM mine ORDER BY created_at DESC, key DESC LIMIT 1) AS last_key
        """;

    public static void MapContactSummary(this RouteGroupBuilder routes) => routes.MapPost("/contacts/summary", ReadAsync);

    private static async Task<Ok<ContactSummary>> ReadAsync(ContactRequest body, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        var contact = ContactId.Of(body.Contact);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleAsync<Row>(new CommandDefinition(
            Sql, new { contact.Forms, NumberId = MessageKey.Bounded(body.NumberId), MaxNames }, cancellationToken: cancellationToken));
        var last = row.LastKey is null ? null : await connection.QuerySingleOrDefaultAsync<MessageRow>(new CommandDefinition(
            "SELECT * FROM message_reads WHERE key = @LastKey", new { row.LastKey }, cancellationToken: cancellationToken));
        return TypedResults.Ok(new ContactSummary(row.Names, row.Numbers, last?.ToView(), row.Messages, row.GroupMessages));
    }

    private sealed record Row
    {
        public string[] Names { get; init; } = [];
        public string[] Numbers { get; init; } = [];
        public long Messages { get; init; }
        public long GroupMessages { get; init; }
        public Guid? LastKey { get; init; }
    }
}
