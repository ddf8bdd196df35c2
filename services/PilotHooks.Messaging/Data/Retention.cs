using Microsoft.Extensions.Options;
using PilotHooks.Messaging.Sending;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Messaging.Data;

/// <summary>
/// Which content, notes of events and keys are erased by age. Each statement passes over rows that a merge has locked: it
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
        new("forms", """
            UPDATE forms SET fields = NULL
            WHERE event_id = ANY(ARRAY(
                SELECT event_id FROM forms WHERE fields IS NOT NULL AND stored_at < now() - @Content
                ORDER BY stored_at LIMIT @Batch FOR UPDATE SKIP LOCKED))
            """),
        new("processed events", "DELETE FROM processed_events WHERE ctid = ANY(ARRAY(SELECT ctid FROM processed_events WHERE merged_at < now() - @ProcessedEvents LIMIT @Batch FOR UPDATE SKIP LOCKED))"),
        new("idempotency keys", "DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency_keys WHERE started_at < now() - @Keys LIMIT @Batch FOR UPDATE SKIP LOCKED))"),
    ];

    public static RetentionPlan Plan(IServiceProvider services)
    {
        var retention = services.GetRequiredService<IOptions<MessagingOptions>>().Value.Retention;
        var parameters = new { retention.Content, retention.ProcessedEvents, Keys = IdempotencyStore.Lifetime };
        return new RetentionPlan(Rules, parameters, retention.Interval, retention.Batch, services.GetRequiredService<MessagingMetrics>().Erased);
    }
}
