using Microsoft.Extensions.Options;
using PilotHooks.Messaging.Sending;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Messaging.Data;

/// <summary>
/// Which content, messages, notes of events and keys are erased by age. Each statement passes over rows that a merge has locked: it
/// waits for no one, so it deadlocks with no one.
/// </summary>
internal static class Retention
{
    /// <summary>By what is erased; each statement takes the oldest <c>@Batch</c> rows.</summary>
    private static readonly RetentionRule[] Rules =
    [
        new("content", """
            UPDATE messages SET content = NULL, content_replied = NULL, media_link = NULL, media_type = NULL, media_caption = NULL, media_filename = NULL
            WHERE key = ANY(ARRAY(
                SELECT key FROM messages
                WHERE COALESCE(content, content_replied, media_link, media_type, media_caption, media_filename) IS NOT NULL AND stored_at < now() - @Content
                ORDER BY stored_at LIMIT @Batch FOR UPDATE SKIP LOCKED))
            """),
        new("edits", """
            UPDATE message_revisions SET content = NULL, media_link = NULL, media_type = NULL, media_caption = NULL, media_filename = NULL
            WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM message_revisions
                WHERE COALESCE(content, media_link, media_type, media_caption, media_filename) IS NOT NULL
                    AND (stored_at < now() - @Content OR revoked_at IS NOT NULL)
                LIMIT @Batch FOR UPDATE SKIP LOCKED))
            """),
        // What came, or came again, after it had been taken back. Later than a day after that it waits for its own age.
        new("revoked content", """
            UPDATE messages SET
                content = NULL, content_replied = NULL, media_link = NULL, media_type = NULL, media_caption = NULL, media_filename = NULL
            WHERE key = ANY(ARRAY(
                SELECT m.key FROM message_revisions r JOIN messages m ON m.message_id = r.message_id AND r.number_id IN ('', m.number_id)
                WHERE r.revoked_at IS NOT NULL AND r.stored_at > now() - interval '1 day'
                    AND COALESCE(m.content, m.content_replied, m.media_link, m.media_type, m.media_caption, m.media_filename) IS NOT NULL
                LIMIT @Batch FOR UPDATE OF m SKIP LOCKED))
            """),
        new("forms", """
            UPDATE forms SET fields = NULL
            WHERE event_id = ANY(ARRAY(
                SELECT event_id FROM forms WHERE fields IS NOT NULL AND stored_at < now() - @Content
                ORDER BY stored_at LIMIT @Batch FOR UPDATE SKIP LOCKED))
            """),
        // Who quotes what an erased person wrote came again after the erasure.
        new("erased quotes", """
            UPDATE messages SET content_replied = NULL
            WHERE key = ANY(ARRAY(
                SELECT r.key FROM messages e JOIN messages r ON r.quoted_message_id = COALESCE(e.message_id, e.id) AND r.number_id = e.number_id
                WHERE e.erased_at IS NOT NULL AND r.content_replied IS NOT NULL
                LIMIT @Batch FOR UPDATE OF r SKIP LOCKED))
            """),
        new("messages", "DELETE FROM messages WHERE key = ANY(ARRAY(SELECT key FROM messages WHERE stored_at < now() - @Messages LIMIT @Batch FOR UPDATE SKIP LOCKED))"),
        // A merge that has a new message of one holds its row.
        new("conversations", """
            DELETE FROM conversations WHERE ctid = ANY(ARRAY(
                SELECT c.ctid FROM conversations c
                WHERE c.last_message_at < now() - @Messages
                    AND NOT EXISTS (SELECT FROM messages m WHERE m.number_id = c.number_id AND m.contact = c.contact)
                LIMIT @Batch FOR UPDATE SKIP LOCKED))
            """),
        new("revisions", "DELETE FROM message_revisions WHERE ctid = ANY(ARRAY(SELECT ctid FROM message_revisions WHERE stored_at < now() - @Messages LIMIT @Batch FOR UPDATE SKIP LOCKED))"),
        new("old forms", "DELETE FROM forms WHERE event_id = ANY(ARRAY(SELECT event_id FROM forms WHERE stored_at < now() - @Messages LIMIT @Batch FOR UPDATE SKIP LOCKED))"),
        new("processed events", "DELETE FROM processed_events WHERE ctid = ANY(ARRAY(SELECT ctid FROM processed_events WHERE merged_at < now() - @ProcessedEvents LIMIT @Batch FOR UPDATE SKIP LOCKED))"),
        new("pending sends", """
            DELETE FROM pending_sends
            WHERE key = ANY(ARRAY(
                SELECT key FROM pending_sends WHERE accepted_at < now() - @ProcessedEvents LIMIT @Batch FOR UPDATE SKIP LOCKED))
            """),
        new("idempotency keys", "DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency_keys WHERE started_at < now() - @Keys LIMIT @Batch FOR UPDATE SKIP LOCKED))"),
    ];

    public static RetentionPlan Plan(IServiceProvider services)
    {
        var retention = services.GetRequiredService<IOptions<MessagingOptions>>().Value.Retention;
        var parameters = new { retention.Content, retention.Messages, retention.ProcessedEvents, Keys = IdempotencyStore.Lifetime };
        return new RetentionPlan(Rules, parameters, retention.Interval, retention.Batch, services.GetRequiredService<MessagingMetrics>().Erased);
    }
}
