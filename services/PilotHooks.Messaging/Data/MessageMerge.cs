using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using PilotHooks.Contracts;
using PilotHooks.Messaging.Messages;
using PilotHooks.ServiceDefaults.Contacts;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Messaging.Data;

/// <summary>Merges events into messages: a batch is one round trip and one transaction.</summary>
internal sealed class MessageMerge(NpgsqlDataSource database, ErasedContacts erased, MessagingMetrics metrics, IOptions<MessagingOptions> options)
{
    private readonly bool _keepsContent = options.Value.Retention.KeepsContent;

    // The rules are those of MessageChange.Merge. Of a conversation only the time of its newest message is kept; it is
    // looked at where a row is new or has become older, not for the statuses of a known message. A message of a group or
    // newsletter whose id is not known belongs to no conversation.
    private const string MergeSql = """
        WITH merged AS (
            INSERT INTO messages AS m (
                key, number_id, direction, kind, id, message_id, correlation_id, "from", "to", type, content,
                media_link, media_type, media_caption, media_filename, participant_name, group_id, group_name, newsletter_id,
                newsletter_name, quoted_message_id, content_replied, error, error_code, is_reply,
                queued_at, sent_at, delivered_at, read_at, failed_at, received_at, created_at, updated_at)
            SELECT * FROM unnest(
                $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)
            ON CONFLICT (key) DO UPDATE SET
                kind = GREATEST(m.kind, EXCLUDED.kind),
                message_id = LEAST(m.message_id, EXCLUDED.message_id),
                correlation_id = LEAST(m.correlation_id, EXCLUDED.correlation_id),
                "from" = LEAST(m."from", EXCLUDED."from"),
                "to" = LEAST(m."to", EXCLUDED."to"),
                type = LEAST(m.type, EXCLUDED.type),
                content = LEAST(m.content, EXCLUDED.content),
                media_link = LEAST(m.media_link, EXCLUDED.media_link),
                media_type = LEAST(m.media_type, EXCLUDED.media_type),
                media_caption = LEAST(m.media_caption, EXCLUDED.media_caption),
                media_filename = LEAST(m.media_filename, EXCLUDED.media_filename),
                participant_name = LEAST(m.participant_name, EXCLUDED.participant_name),
                group_id = LEAST(m.group_id, EXCLUDED.group_id),
                group_name = LEAST(m.group_name, EXCLUDED.group_name),
                newsletter_id = LEAST(m.newsletter_id, EXCLUDED.newsletter_id),
                newsletter_name = LEAST(m.newsletter_name, EXCLUDED.newsletter_name),
                quoted_message_id = LEAST(m.quoted_message_id, EXCLUDED.quoted_message_id),
                content_replied = LEAST(m.content_replied, EXCLUDED.content_replied),
                error = CASE
                    WHEN m.failed_at IS NULL OR EXCLUDED.failed_at < m.failed_at THEN EXCLUDED.error
                    WHEN EXCLUDED.failed_at = m.failed_at THEN LEAST(m.error, EXCLUDED.error)
                    ELSE m.error END,
                error_code = CASE
                    WHEN m.failed_at IS NULL OR EXCLUDED.failed_at < m.failed_at THEN EXCLUDED.error_code
                    WHEN EXCLUDED.failed_at = m.failed_at THEN LEAST(m.error_code, EXCLUDED.error_code)
                    ELSE m.error_code END,
                is_reply = m.is_reply OR EXCLUDED.is_reply,
                queued_at = LEAST(m.queued_at, EXCLUDED.queued_at),
                sent_at = LEAST(m.sent_at, EXCLUDED.sent_at),
                delivered_at = LEAST(m.delivered_at, EXCLUDED.delivered_at),
                read_at = LEAST(m.read_at, EXCLUDED.read_at),
                failed_at = LEAST(m.failed_at, EXCLUDED.failed_at),
                received_at = LEAST(m.received_at, EXCLUDED.received_at),
                created_at = LEAST(m.created_at, EXCLUDED.created_at),
                updated_at = GREATEST(m.updated_at, EXCLUDED.updated_at)
            RETURNING key, number_id, CASE WHEN kind = 'direct' OR COALESCE(group_id, newsletter_id) IS NOT NULL THEN contact END AS contact, created_at
        )
        INSERT INTO conversations AS c (number_id, contact, last_message_at)
        SELECT m.number_id, m.contact, max(m.created_at)
        FROM merged m JOIN unnest($1, $32) AS b (key, created_at) ON b.key = m.key
        WHERE m.contact IS NOT NULL AND (
            m.created_at = b.created_at
            OR (SELECT x.last_message_at >= m.created_at FROM conversations x WHERE x.number_id = m.number_id AND x.contact = m.contact) IS NOT TRUE)
        GROUP BY m.number_id, m.contact ORDER BY m.number_id, m.contact
        ON CONFLICT (number_id, contact) DO UPDATE SET last_message_at = EXCLUDED.last_message_at WHERE c.last_message_at < EXCLUDED.last_message_at
        """;

    // The statement above may have made a conversation's newest message older, and takes nothing back: only then is the
    // conversation newer than the message. It left such conversations locked, those too that it did not change, and this
    // one sees what was committed until then: replicas cannot miss each other's change.
    private const string NewestSql = """
        UPDATE conversations c SET last_message_at = n.newest
        FROM (
            SELECT t.number_id, t.contact, GREATEST(
                (SELECT o.created_at FROM messages o WHERE o.number_id = t.number_id AND o.contact = t.contact AND o.direction = 'outbound'
                    AND (o.kind = 'direct' OR COALESCE(o.group_id, o.newsletter_id) IS NOT NULL) ORDER BY o.created_at DESC LIMIT 1),
                (SELECT i.created_at FROM messages i WHERE i.number_id = t.number_id AND i.contact = t.contact AND i.direction = 'inbound'
                    AND (i.kind = 'direct' OR COALESCE(i.group_id, i.newsletter_id) IS NOT NULL) ORDER BY i.created_at DESC LIMIT 1)) AS newest
            FROM (
                SELECT DISTINCT m.number_id, m.contact
                FROM unnest($1, $2) AS b (key, created_at) JOIN messages m ON m.key = b.key
                JOIN conversations k ON k.number_id = m.number_id AND k.contact = m.contact AND k.last_message_at > m.created_at
                WHERE m.created_at = b.created_at AND (m.kind = 'direct' OR COALESCE(m.group_id, m.newsletter_id) IS NOT NULL)) t
        ) n
        WHERE c.number_id = n.number_id AND c.contact = n.contact AND c.last_message_at > n.newest
        """;

    // One reply after the other, by a scalar subquery: joined, the planner may take all replies that there are, and find
    // these among them.
    private const string CorrelationSql = """
        SELECT count(o.key), count(*) - count(o.key)
        FROM (SELECT (SELECT x.original_key FROM reply_originals x WHERE x.reply_key = r.key) AS key FROM unnest($1) AS r (key)) o
        """;

    public Task MergeStatusesAsync(IReadOnlyList<MessageStatusReported> events, CancellationToken cancellationToken)
        => MergeAsync(events, MessageReading.Of, cancellationToken);

    public Task MergeReceivedAsync(IReadOnlyList<MessageReceived> events, CancellationToken cancellationToken)
        => MergeAsync(events, MessageReading.Of, cancellationToken);

    /// <summary>Merges a send that the provider accepted, which no event brought, and keeps an eye on what becomes of it.</summary>
    public async Task MergeSendAsync(MessageChange send, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        AddMerge(batch, MessageChange.MergeAll([Kept(send)]));
        batch.BatchCommands.Add(PendingSends.Insert(send, options.Value.StuckAfter));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private Task MergeAsync<T>(IReadOnlyList<T> events, Func<T, MessageReading> read, CancellationToken cancellationToken)
        where T : class, IWebhookEvent
        => erased.MergeAsync(events, (kept, state) => MergeAsync(kept, state, read, cancellationToken), cancellationToken);

    private async Task MergeAsync<T>(IReadOnlyList<T> events, long erasures, Func<T, MessageReading> read, CancellationToken cancellationToken)
        where T : class, IWebhookEvent
    {
        var readings = events.Select(read).ToArray();
        var changes = MessageChange.MergeAll(readings.SelectMany(reading => reading.Changes).Select(Kept));
        var revisions = MessageRevision.MergeAll(readings.SelectMany(reading => reading.Revisions).Select(Kept));
        Guid[] replies = [.. changes.Where(change => change.Value.IsReply).Select(change => change.Key)];

        // Without an explicit transaction a batch is one of its own.
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { ErasedContacts.Check(erasures), ProcessedEvents.Insert(events) } };
        if (changes.Count > 0)
        {
            AddMerge(batch, changes);
        }

        if (revisions.Count > 0)
        {
            AddRevisions(batch, revisions);
        }

        if (replies.Length > 0)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(CorrelationSql) { Parameters = { ArrayParameter.Of(replies, NpgsqlDbType.Uuid, reply => reply) } });
        }

        // Prepared once per pooled connection: planning would cost more than the merge.
        await batch.PrepareAsync(cancellationToken);
        var (hits, misses) = await ExecuteAsync(batch, cancellationToken);
        metrics.RepliesCorrelated(hits, misses);
    }

    private static void AddRevisions(NpgsqlBatch batch, IReadOnlyList<MessageRevision> revisions)
    {
        batch.BatchCommands.Add(RevisionMerge.Merge(revisions));
        if (RevisionMerge.Erase(revisions) is { } erase)
        {
            batch.BatchCommands.Add(erase);
        }
    }

    private MessageRevision Kept(MessageRevision revision) => _keepsContent ? revision : revision.WithoutContent();

    private MessageChange Kept(MessageChange change) => _keepsContent ? change : change.WithoutContent();

    private static async Task<(long Hits, long Misses)> ExecuteAsync(NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var counted = (0L, 0L);
        do
        {
            // The check of the erasures answers nothing.
            if (reader.FieldCount == 2 && await reader.ReadAsync(cancellationToken))
            {
                counted = (reader.GetInt64(0), reader.GetInt64(1));
            }
        }
        while (await reader.NextResultAsync(cancellationToken));

        return counted;
    }

    private static void AddMerge(NpgsqlBatch batch, SortedDictionary<Guid, MessageChange> changes)
    {
        Guid[] keys = [.. changes.Keys];
        MessageChange[] rows = [.. changes.Values];
        var createdAt = Times(rows, row => row.CreatedAt);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(MergeSql)
        {
            Parameters =
            {
                ArrayParameter.Of(keys, NpgsqlDbType.Uuid, key => key),
                Texts(rows, row => row.NumberId), Texts(rows, row => row.Direction), Texts(rows, row => row.Kind),
                Texts(rows, row => row.Id), Texts(rows, row => row.MessageId), Texts(rows, row => row.CorrelationId),
                Texts(rows, row => row.From), Texts(rows, row => row.To),
                Texts(rows, row => row.Type), Texts(rows, row => row.Content),
                Texts(rows, row => row.MediaLink), Texts(rows, row => row.MediaType), Texts(rows, row => row.MediaCaption),
                Texts(rows, row => row.MediaFilename), Texts(rows, row => row.ParticipantName),
                Texts(rows, row => row.GroupId), Texts(rows, row => row.GroupName),
                Texts(rows, row => row.NewsletterId), Texts(rows, row => row.NewsletterName),
                Texts(rows, row => row.QuotedMessageId), Texts(rows, row => row.ContentReplied),
                Texts(rows, row => row.Error), Texts(rows, row => row.ErrorCode),
                ArrayParameter.Of(rows, NpgsqlDbType.Boolean, row => row.IsReply),
                Times(rows, row => row.QueuedAt), Times(rows, row => row.SentAt), Times(rows, row => row.DeliveredAt),
                Times(rows, row => row.ReadAt), Times(rows, row => row.FailedAt), Times(rows, row => row.ReceivedAt),
                createdAt, Times(rows, row => row.UpdatedAt),
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand(NewestSql) { Parameters = { ArrayParameter.Of(keys, NpgsqlDbType.Uuid, key => key), createdAt.Clone() } });
    }

    private static NpgsqlParameter<string?[]> Texts(MessageChange[] rows, Func<MessageChange, string?> field)
        => ArrayParameter.Of(rows, NpgsqlDbType.Text, field);

    private static NpgsqlParameter<DateTime?[]> Times(MessageChange[] rows, Func<MessageChange, DateTime?> field)
        => ArrayParameter.Of(rows, NpgsqlDbType.TimestampTz, field);
}
