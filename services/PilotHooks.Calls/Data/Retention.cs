using Microsoft.Extensions.Options;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Calls.Data;

/// <summary>
/// What of calls is erased by age. Session descriptions are passed over where a merge has locked them; whole calls go while no
/// merge runs.
/// </summary>
internal static class Retention
{
    /// <summary>
    /// By what is erased; each statement takes the oldest <c>@Batch</c> rows. The events themselves stay as long as their call:
    /// it is derived from all of them anew with every merge, and an event counts once by its row.
    /// </summary>
    private static readonly RetentionRule[] Rules =
    [
        new("content", """
            UPDATE call_events SET sdp = NULL WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM call_events WHERE sdp IS NOT NULL AND COALESCE(merged_at, at) < now() - @Content
                ORDER BY COALESCE(merged_at, at) LIMIT @Batch FOR UPDATE SKIP LOCKED))
            """),
        // In one transaction with the lock that merges share, which waits for those under way. A call that is old by the
        // provider's clock may be new to us.
        new("calls", """
            SELECT pg_advisory_xact_lock(x'63616C6C73'::bigint)
            WHERE EXISTS (SELECT FROM calls WHERE first_event_at < now() - @Calls);
            WITH old AS MATERIALIZED (
                SELECT c.key FROM calls c
                WHERE c.first_event_at < now() - @Calls
                    AND NOT EXISTS (SELECT FROM call_events e WHERE e.call_key = c.key AND COALESCE(e.merged_at, e.at) >= now() - @Calls)
                ORDER BY c.first_event_at LIMIT @Batch
            ), events AS (
                DELETE FROM call_events e USING old WHERE e.call_key = old.key
            ), aliases AS (
                DELETE FROM call_aliases a USING old WHERE a.call_key = old.key
            )
            DELETE FROM calls c USING old WHERE c.key = old.key
            """),
        new("permissions", """
            DELETE FROM call_permissions WHERE event_id = ANY(ARRAY(
                SELECT event_id FROM call_permissions WHERE COALESCE(merged_at, at) < now() - @Calls LIMIT @Batch FOR UPDATE SKIP LOCKED))
            """),
    ];

    public static RetentionPlan Plan(IServiceProvider services)
    {
        var retention = services.GetRequiredService<IOptions<CallsOptions>>().Value.Retention;
        return new RetentionPlan(Rules, new { retention.Content, retention.Calls }, retention.Interval, retention.Batch, services.GetRequiredService<CallsMetrics>().Erased);
    }
}
