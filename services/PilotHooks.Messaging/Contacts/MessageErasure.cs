using Dapper;
using Npgsql;
using PilotHooks.Messaging.Messages;
using PilotHooks.ServiceDefaults.Contacts;

namespace PilotHooks.Messaging.Contacts;

/// <summary>
/// Erases messages of one person, some at a time, each time in one transaction: (1) locks them, in the order in which merges
/// do; (2) takes what they said from whoever quotes them; (3) deletes edits, watches and keys of sends that hang on them;
/// (4) deletes those between the person and us, and of those in a group or newsletter takes the person away; (5) puts the
/// conversations right.
/// </summary>
internal sealed class MessageErasure
{
    private const string LockSql = "SELECT key, number_id, direction, kind, id, message_id, contact FROM messages WHERE key = ANY(@keys) ORDER BY key FOR UPDATE";

    private const string EraseSql = """
        UPDATE messages r SET content_replied = NULL
        FROM unnest(@Numbers, @MessageIds) AS q (number_id, message_id)
        WHERE r.quoted_message_id = q.message_id AND r.number_id = q.number_id AND r.content_replied IS NOT NULL;

        DELETE FROM message_revisions r USING unnest(@Numbers, @MessageIds) AS q (number_id, message_id)
        WHERE r.message_id = q.message_id AND r.number_id IN ('', q.number_id);

        -- The fragments of V002__reading.sql, which name nobody.
        DELETE FROM messages WHERE key IN (
            SELECT f.key FROM unnest(@SentNumbers, @SentMessageIds) AS s (number_id, message_id)
            JOIN messages f ON f.message_id = s.message_id AND f.direction = 'outbound' AND (f.number_id = s.number_id OR '' IN (f.number_id, s.number_id))
            UNION ALL
            SELECT f.key FROM unnest(@SentNumbers, @SentIds) AS s (number_id, id)
            JOIN messages f ON f.id = s.id AND f.direction = 'outbound' AND (f.number_id = s.number_id OR '' IN (f.number_id, s.number_id)));

        DELETE FROM pending_sends WHERE key = ANY(@Keys);
        DELETE FROM idempotency_keys WHERE id = ANY(@SentIds);
        DELETE FROM messages WHERE key = ANY(@Direct);

        UPDATE messages SET
            "from" = CASE WHEN "from" = ANY(@Forms) THEN NULL ELSE "from" END, "to" = CASE WHEN "to" = ANY(@Forms) THEN NULL ELSE "to" END,
            participant_name = NULL, content = NULL, content_replied = NULL, error = NULL,
            media_link = NULL, media_type = NULL, media_caption = NULL, media_filename = NULL, erased_at = now()
        WHERE key = ANY(@Shared);
        """;

    private const string ConversationsSql = """
        DELETE FROM conversations c USING unnest(@Numbers, @Contacts) AS t (number_id, contact)
        WHERE c.number_id = t.number_id AND c.contact = t.contact AND NOT EXISTS (SELECT FROM messages m WHERE m.number_id = c.number_id AND m.contact = c.contact);

        UPDATE conversations c SET last_message_at = n.newest
        FROM (
            SELECT t.number_id, t.contact, GREATEST(
                (SELECT o.created_at FROM messages o WHERE o.number_id = t.number_id AND o.contact = t.contact AND o.direction = 'outbound' ORDER BY o.created_at DESC LIMIT 1),
                (SELECT i.created_at FROM messages i WHERE i.number_id = t.number_id AND i.contact = t.contact AND i.direction = 'inbound' ORDER BY i.created_at DESC LIMIT 1)) AS newest
            FROM (SELECT DISTINCT * FROM unnest(@Numbers, @Contacts) AS u (number_id, contact)) t) n
        WHERE c.number_id = n.number_id AND c.contact = n.contact AND c.last_message_at > n.newest;
        """;

    /// <summary>Returns how many messages went or changed.</summary>
    public async Task<int> EraseAsync(NpgsqlConnection connection, ContactId contact, Guid[] keys, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var found = (await connection.QueryAsync<Message>(new CommandDefinition(LockSql, new { keys }, transaction, cancellationToken: cancellationToken))).AsList();
        if (found.Count == 0)
        {
            return 0;
        }

        var sent = found.FindAll(message => message is { Kind: Kind.Direct, Direction: Direction.Outbound });
        await connection.ExecuteAsync(new CommandDefinition(
            EraseSql,
            new
            {
                contact.Forms,
                Keys = found.ConvertAll(message => message.Key),
                Numbers = found.ConvertAll(message => message.NumberId),
                MessageIds = found.ConvertAll(message => message.MessageId ?? message.Id),
                SentNumbers = sent.ConvertAll(message => message.NumberId),
                SentIds = sent.ConvertAll(message => message.Id),
                SentMessageIds = sent.ConvertAll(message => message.MessageId),
                Direct = found.Where(message => message.Kind == Kind.Direct).Select(message => message.Key).ToArray(),
                Shared = found.Where(message => message.Kind != Kind.Direct).Select(message => message.Key).ToArray(),
            },
            transaction, commandTimeout: 0, cancellationToken: cancellationToken));
        var conversations = found.FindAll(message => message.Contact is not null);
        await connection.ExecuteAsync(new CommandDefinition(
            ConversationsSql,
            new { Numbers = conversations.ConvertAll(message => message.NumberId), Contacts = conversations.ConvertAll(message => message.Contact) },
            transaction, commandTimeout: 0, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return found.Count;
    }

    private sealed record Message(Guid Key, string NumberId, string Direction, string Kind, string? Id, string? MessageId, string? Contact);
}
