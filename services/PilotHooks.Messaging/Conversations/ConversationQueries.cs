using System.Globalization;
using Dapper;
using Npgsql;
using PilotHooks.Messaging.Messages;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Messaging.Conversations;

/// <summary>A contact of a number and the latest message between them.</summary>
/// <param name="NumberId">The number of ours; null where it is not known.</param>
/// <param name="Contact">The phone number or user id of the contact, or the id of the group or newsletter.</param>
/// <param name="Kind">Whom the messages are exchanged with.</param>
/// <param name="Name">The name that the contact last came with.</param>
/// <param name="LastMessageAt">When the latest message was created.</param>
/// <param name="LastMessage">The latest message.</param>
internal sealed record ConversationView(string? NumberId, string Contact, string Kind, string? Name, DateTimeOffset LastMessageAt, MessageView LastMessage);

/// <summary>
/// What the list is narrowed to; null: not at all. <see cref="NumberId"/> is empty for conversations of no known number.
/// <see cref="Search"/> is a part of the contact or its name, in either case; a page looks for it in at most
/// <see cref="ConversationQueries.MaxWalked"/> conversations, and the next one goes on from there.
/// </summary>
internal sealed record ConversationFilter(string? NumberId, string? Contact, string? Search);

/// <summary>
/// Reads conversations. Their order is kept in a small table that only new messages write; what is shown of them is
/// looked up, so no status of a message touches its conversation.
/// </summary>
internal sealed class ConversationQueries(NpgsqlDataSource database)
{
    private const char Separator = '\u001f';

    /// <summary>How many conversations a page that searches walks through: their names are looked up one by one.</summary>
    public const int MaxWalked = 2000;

    // A name is looked for in the newest messages only: where a provider sends none, there is nothing to find in a million.
    private const string NameSql = """
        (SELECT n.name FROM (
            SELECT COALESCE(i.group_name, i.newsletter_name, CASE i.kind WHEN 'direct' THEN i.participant_name END) AS name, i.created_at, i.key
            FROM messages i
            WHERE i.number_id = {0}.number_id AND i.contact = {0}.contact AND i.direction = 'inbound'
                AND (i.kind = 'direct' OR COALESCE(i.group_id, i.newsletter_id) IS NOT NULL)
            ORDER BY i.created_at DESC, i.key DESC LIMIT 20) n
        WHERE n.name IS NOT NULL ORDER BY n.created_at DESC, n.key DESC LIMIT 1)
        """;

    private const string AllSql = "SELECT c.number_id, c.contact, c.last_message_at, true AS is_found, false AS is_end FROM conversations c WHERE {0}";

    private const string SearchSql = """
        SELECT walked.*, place = @MaxWalked AS is_end FROM (
            SELECT c.number_id, c.contact, c.last_message_at,
                CASE WHEN c.contact ~ @Pattern THEN true ELSE {1} ~ @Pattern END AS is_found,
                row_number() OVER (ORDER BY c.last_message_at DESC, c.number_id DESC, c.contact DESC) AS place
            FROM conversations c
            WHERE {0}
            ORDER BY c.last_message_at DESC, c.number_id DESC, c.contact DESC
            LIMIT @MaxWalked
        ) walked
        WHERE is_found OR place = @MaxWalked
        """;

    // Where a search stopped may be a conversation that has nothing to show; the next page begins there all the same.
    private const string Sql = """
        SELECT v.*, page.contact AS conversation_contact, page.number_id AS conversation_number, page.last_message_at AS conversation_at,
            page.is_found, page.is_end, {1} AS conversation_name
        FROM (
            SELECT c.number_id, c.contact, c.last_message_at, COALESCE(c.is_found AND l.key IS NOT NULL, false) AS is_found, c.is_end, l.key
            FROM ({0}) c
            LEFT JOIN LATERAL (
                SELECT f.key, f.created_at FROM (
                    (SELECT key, created_at FROM message_facts WHERE number_id = c.number_id AND contact = c.contact AND direction = 'outbound'
                        AND (kind = 'direct' OR COALESCE(group_id, newsletter_id) IS NOT NULL) AND visible ORDER BY created_at DESC, key DESC LIMIT 1)
                    UNION ALL
                    (SELECT key, created_at FROM message_facts WHERE number_id = c.number_id AND contact = c.contact AND direction = 'inbound'
                        AND (kind = 'direct' OR COALESCE(group_id, newsletter_id) IS NOT NULL) ORDER BY created_at DESC, key DESC LIMIT 1)
                ) f ORDER BY f.created_at DESC, f.key DESC LIMIT 1
            ) l ON true
            WHERE l.key IS NOT NULL OR c.is_end
            ORDER BY c.last_message_at DESC, c.number_id DESC, c.contact DESC
            LIMIT @Limit
        ) page
        LEFT JOIN message_reads v ON v.key = page.key
        ORDER BY page.last_message_at DESC, page.number_id DESC, page.contact DESC
        """;

    public async Task<Page<ConversationView>> ListAsync(ConversationFilter filter, PageQuery page, CancellationToken cancellationToken)
    {
        var after = page.After?.Key.Split(Separator);
        if (after is { Length: not 2 })
        {
            throw new BadHttpRequestException("cursor is not one that this list handed out.");
        }

        var scan = string.Format(
            CultureInfo.InvariantCulture,
            filter.Search is null ? AllSql : SearchSql,
            string.Join(" AND ", Conditions(filter, after is not null)),
            NameOf("c"));
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<MessageRow, ConversationRow, (MessageRow Message, ConversationRow Conversation)>(
            new CommandDefinition(
                string.Format(CultureInfo.InvariantCulture, Sql, scan, NameOf("page")),
                new
                {
                    NumberId = MessageKey.Bounded(filter.NumberId),
                    filter.Contact,
                    Pattern = filter.Search is null ? null : TextPattern.Of(filter.Search),
                    AfterAt = page.After?.At.UtcDateTime,
                    AfterNumberId = after?[0],
                    AfterContact = after?[1],
                    MaxWalked,
                    Limit = page.Limit + 1,
                },
                cancellationToken: cancellationToken),
            (message, conversation) => (message, conversation),
            splitOn: "conversation_contact")).AsList();
        var found = page.ToPage([.. rows.Where(row => row.Conversation.IsFound)], row => CursorOf(row.Conversation), row => ToView(row.Message.ToView(), row.Conversation));
        return found.Next is null && rows is [.., { Conversation: { IsEnd: true } end }] ? found with { Next = page.Next(CursorOf(end)) } : found;
    }

    private static IEnumerable<string> Conditions(ConversationFilter filter, bool afterCursor)
    {
        yield return filter.NumberId is null ? "true" : "c.number_id = @NumberId";
        if (filter.Contact is not null)
        {
            yield return "c.contact = @Contact";
        }

        if (afterCursor)
        {
            yield return filter.NumberId is null
                ? "(c.last_message_at, c.number_id, c.contact) < (@AfterAt, @AfterNumberId, @AfterContact)"
                : "(c.last_message_at, c.contact) < (@AfterAt, @AfterContact)";
        }
    }

    private static string NameOf(string conversation) => string.Format(CultureInfo.InvariantCulture, NameSql, conversation);

    private static Cursor CursorOf(ConversationRow row) => new(row.ConversationAt, $"{row.ConversationNumber}{Separator}{row.ConversationContact}");

    private static ConversationView ToView(MessageView last, ConversationRow conversation)
        => new(last.NumberId, conversation.ConversationContact, last.Kind, conversation.ConversationName, last.CreatedAt, last);

    private sealed record ConversationRow
    {
        public string ConversationContact { get; init; } = "";
        public string ConversationNumber { get; init; } = "";
        public DateTimeOffset ConversationAt { get; init; }
        public string? ConversationName { get; init; }
        public bool IsFound { get; init; }
        public bool IsEnd { get; init; }
    }
}
