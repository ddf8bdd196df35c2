using Microsoft.Extensions.Options;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Relay.Archive;

/// <summary>Which events, deliveries and attempts are erased by age, and what hangs on deleted endpoints.</summary>
internal static class Retention
{
    /// <summary>A batch that archived while its endpoint was deleted has committed by then.</summary>
    private static readonly TimeSpan RemovalGrace = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Archived before any event whose deliveries are only promised yet: those have the moment of their promise.
    /// </summary>
    private const string NotPromised = "v.archived_at < (SELECT coalesce(min(made_at), 'infinity') FROM first_attempts)";

    /// <summary>By what is erased; each statement takes the oldest <c>@Batch</c> rows.</summary>
    private static readonly RetentionRule[] Rules =
    [
        new("attempts", "DELETE FROM attempts WHERE ctid = ANY(ARRAY(SELECT ctid FROM attempts WHERE at < now() - @Deliveries LIMIT @Batch))"),
        new("deliveries", """
            DELETE FROM deliveries WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM deliveries WHERE created_at < now() - @Deliveries AND (leased_until IS NULL OR leased_until <= now())
                LIMIT @Batch FOR UPDATE SKIP LOCKED))
            """),
        new("answers", "UPDATE attempts SET response = NULL WHERE ctid = ANY(ARRAY(SELECT ctid FROM attempts WHERE response IS NOT NULL AND at < now() - @Content LIMIT @Batch FOR UPDATE SKIP LOCKED))"),
        new("first answers", """
            UPDATE deliveries SET first_response = NULL WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM deliveries WHERE first_response IS NOT NULL AND first_at < now() - @Content LIMIT @Batch FOR UPDATE SKIP LOCKED))
            """),
        new("content", $"""
            UPDATE events SET payload = NULL WHERE event_id = ANY(ARRAY(
                SELECT v.event_id FROM events v
                WHERE v.payload IS NOT NULL AND v.received_at < now() - @Content AND {NotPromised}
                    AND NOT EXISTS (SELECT FROM deliveries d WHERE d.event_id = v.event_id AND d.due_at IS NOT NULL)
                ORDER BY v.received_at LIMIT @Batch))
            """),
        new("events", $"""
            DELETE FROM events WHERE event_id = ANY(ARRAY(
                SELECT v.event_id FROM events v
                WHERE v.received_at < now() - @Events AND {NotPromised}
                    AND NOT EXISTS (SELECT FROM deliveries d WHERE d.event_id = v.event_id AND d.due_at IS NOT NULL)
                ORDER BY v.received_at LIMIT @Batch))
            """),
        new("unrecognized events", """
            DELETE FROM unrecognized_events WHERE event_id = ANY(ARRAY(
                SELECT u.event_id FROM unrecognized_events u
                WHERE u.received_at < now() - @Events AND NOT EXISTS (SELECT FROM events v WHERE v.event_id = u.event_id)
                LIMIT @Batch))
            """),
        new("refused requests", "DELETE FROM refused_requests WHERE id = ANY(ARRAY(SELECT id FROM refused_requests WHERE at < now() - @RefusedRequests ORDER BY at LIMIT @Batch))"),
        // Of what a number's outage is derived from: all since it began, and before that the last word on each matter.
        new("number changes", """
            DELETE FROM number_changes WHERE event_id = ANY(ARRAY(
                SELECT c.event_id
                FROM number_changes c
                JOIN number_outages o ON o.number_id = c.number_id
                CROSS JOIN LATERAL (SELECT least(now() - @Events, o.down_since) AS before) old
                WHERE c.at < old.before AND EXISTS (
                    SELECT FROM number_changes l
                    WHERE l.number_id = c.number_id AND (l.state IS NULL) = (c.state IS NULL) AND (l.at, l.place) > (c.at, c.place) AND l.at < old.before)
                LIMIT @Batch))
            """),
        new("removed attempts", "DELETE FROM attempts WHERE ctid = ANY(ARRAY(SELECT a.ctid FROM attempts a JOIN removed_endpoints r ON r.endpoint_id = a.endpoint_id LIMIT @Batch))"),
        // In two parts, since an endpoint's deliveries are in two indexes, and so that each part takes its index.
        RemovedDeliveries("d.first_at IS NULL OR d.status <> 'successful'"),
        RemovedDeliveries("d.first_at IS NOT NULL"),
    ];

    /// <summary>What is left of deleted endpoints once their attempts and deliveries are gone.</summary>
    private static readonly string[] Afterwards =
    [
        "DELETE FROM delivery_counts c USING removed_endpoints r WHERE r.endpoint_id = c.endpoint_id",
        "DELETE FROM removed_endpoints WHERE removed_at < now() - @RemovalGrace",
    ];

    public static RetentionPlan Plan(IServiceProvider services)
    {
        var retention = services.GetRequiredService<IOptions<RelayOptions>>().Value.Retention;
        var parameters = new { retention.Deliveries, retention.Content, retention.Events, retention.RefusedRequests, RemovalGrace };
        return new RetentionPlan(Rules, parameters, retention.Interval, retention.Batch, services.GetRequiredService<RelayMetrics>().Erased) { Afterwards = Afterwards };
    }

    private static RetentionRule RemovedDeliveries(string condition) => new("removed deliveries", $"""
        DELETE FROM deliveries WHERE ctid = ANY(ARRAY(
            SELECT d.ctid
            FROM removed_endpoints r
            CROSS JOIN LATERAL (SELECT d.ctid FROM deliveries d WHERE d.endpoint_id = r.endpoint_id AND ({condition}) LIMIT @Batch) d
            LIMIT @Batch))
        """);
}
