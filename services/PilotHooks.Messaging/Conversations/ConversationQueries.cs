using Dapper;
using Npgsql;
using PilotHooks.Messaging.Messages;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Messaging.Conversations;

/// <summary>A contact of a number and the latest message between them. The name is the one the contact last came with.</summary>
internal sealed record ConversationView(string? NumberId, string Contact, string Kind, string? Name, DateTimeOffset LastMessageAt, MessageView LastMessage);

/// <summary>
/// Reads conversations. Their order is kept in a small table that only new messages write; what is shown of them is
/// looked up, so no status of a message touches its conversation.
/// </summary>
internal sealed class ConversationQueries(NpgsqlDataSource database)
{
    private const char Separator = '\u001f';

    // A name is looked for in the newest messages only: where a provider sends none, there is nothing to find in a million.
    private const string Sql = """
        SELECT v.*, page.contact AS conversation_contact, page.last_message_at AS conversation_at, (
            SELECT n.name FROM (
                SELECT COALESCE(i.group_name, i.newsletter_name, CASE i.kind WHEN 'direct' THEN i.participant_name END) AS name, i.created_at, i.key
                FROM messages i
                WHERE i.number_id = page.number_id AND i.contact = page.contact AND i.direction = 'inbound'
                ORDER BY i.created_at DESC, i.key DESC LIMIT 20) n
            WHERE n.name IS NOT NULL ORDER BY n.created_at DESC, n.key DESC LIMIT 1) AS conversation_name
        FROM (
            SELECT c.number_id, c.contact, c.last_message_at, l.key
            FROM conversations c
            CROSS JOIN LATERAL (
                SELECT f.key, f.created_at FROM (
                    (SELECT key, created_at FROM message_facts WHERE number_id = c.number_id AND contact = c.contact AND direction = 'outbound' AND visible ORDER BY created_at DESC, key DESC LIMIT 1)
                    UNION ALL
                    (SELECT key, created_at FROM message_facts WHERE number_id = c.number_id AND contact = c.contact AND direction = 'inbound' ORDER BY created_at DESC, key DESC LIMIT 1)
                ) f ORDER BY f.created_at DESC, f.key DESC LIMIT 1
            ) l
            WHERE {0}
            ORDER BY c.last_message_at DESC, c.number_id DESC, c.contact DESC
            LIMIT @Limit
        ) page
        JOIN message_reads v ON v.key = page.key
        ORDER BY page.last_message_at DESC, page.number_id DESC, page.contact DESC
        """;

    public async Task<Page<ConversationView>> ListAsync(string? numberId, PageQuery page, CancellationToken cancellationToken)
    {
        var after = page.After?.Key.Split(Separator);
        if (after is { Length: not 2 })
        {
            throw new BadHttpRequestException("cursor is not one that this list handed out.");
        }

        var conditions = (numberId, after) switch
        {
            (null, null) => "true",
            (null, _) => "(c.last_message_at, c.number_id, c.contact) < (@AfterAt, @AfterNumberId, @AfterContact)",
            (_, null) => "c.number_id = @NumberId",
            _ => "c.number_id = @NumberId AND (c.last_message_at, c.contact) < (@AfterAt, @AfterContact)",
        };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<MessageRow, ConversationRow, (MessageRow Message, ConversationRow Conversation)>(
            new CommandDefinition(
                Sql.Replace("{0}", conditions, StringComparison.Ordinal),
                new
                {
                    NumberId = MessageKey.Bounded(numberId),
                    AfterAt = page.After?.At.UtcDateTime,
                    AfterNumberId = after?[0],
                    AfterContact = after?[1],
                    Limit = page.Limit + 1,
                },
                cancellationToken: cancellationToken),
            (message, conversation) => (message, conversation),
            splitOn: "conversation_contact");
        return page.ToPage(
            rows.AsList(),
            row => new Cursor(row.Conversation.ConversationAt, $"{row.Message.NumberId}{Separator}{row.Conversation.ConversationContact}"),
            row => ToView(row.Message.ToView(), row.Conversation));
    }

    private static ConversationView ToView(MessageView last, ConversationRow conversation)
        => new(last.NumberId, conversation.ConversationContact, last.Kind, conversation.ConversationName, last.CreatedAt, last);

    private sealed record ConversationRow
    {
        public string ConversationContact { get; init; } = "";
        public DateTimeOffset ConversationAt { get; init; }
        public string? ConversationName { get; init; }
    }
}
