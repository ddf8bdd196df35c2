using Microsoft.Extensions.Options;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Numbers.Data;

/// <summary>What of numbers is erased by age. Each statement passes over numbers that a merge has locked, and holds the others meanwhile.</summary>
internal static class Retention
{
    private const string Old = "COALESCE(e.merged_at, e.at) < now() - @History";

    /// <summary>By what is erased; each statement takes at most <c>@Batch</c> rows.</summary>
    private static readonly RetentionRule[] Rules =
    [
        // An event stays that the present row is derived from: the number's first and last; of its states and healths the last
        // word, the last one that says otherwise, and the first after that; the last with a phone and with each of the names.
        new("history", $"""
            WITH free AS MATERIALIZED (
                SELECT number_id FROM numbers WHERE first_event_at < now() - @History FOR UPDATE SKIP LOCKED
            ), kept AS MATERIALIZED (
                SELECT k.event_id FROM free f CROSS JOIN LATERAL (
                    (SELECT event_id FROM number_events WHERE number_id = f.number_id ORDER BY at, place LIMIT 1)
                    UNION ALL (SELECT event_id FROM number_events WHERE number_id = f.number_id ORDER BY at DESC, place DESC LIMIT 1)
                    UNION ALL (SELECT event_id FROM number_events WHERE number_id = f.number_id AND phone IS NOT NULL ORDER BY at DESC, place DESC LIMIT 1)
                    UNION ALL (SELECT event_id FROM number_events WHERE number_id = f.number_id AND display_name IS NOT NULL ORDER BY at DESC, place DESC LIMIT 1)
                    UNION ALL (SELECT event_id FROM number_events WHERE number_id = f.number_id AND profile_name IS NOT NULL ORDER BY at DESC, place DESC LIMIT 1)
                    {Turns("state")}
                    {Turns("health")}) k
            )
            DELETE FROM number_events WHERE event_id = ANY(ARRAY(
                SELECT e.event_id FROM free f JOIN number_events e ON e.number_id = f.number_id
                WHERE {Old} AND NOT EXISTS (SELECT FROM kept k WHERE k.event_id = e.event_id)
                LIMIT @Batch))
            """),
        new("removed numbers", """
            WITH gone AS MATERIALIZED (
                SELECT n.number_id FROM numbers n
                WHERE n.state = 'removed' AND NOT EXISTS (
                    SELECT FROM number_events e WHERE e.number_id = n.number_id AND COALESCE(e.merged_at, e.at) >= now() - @Removed)
                ORDER BY n.number_id LIMIT @Batch FOR UPDATE SKIP LOCKED
            ), events AS (
                DELETE FROM number_events e USING gone WHERE e.number_id = gone.number_id
            )
            DELETE FROM numbers n USING gone WHERE n.number_id = gone.number_id
            """),
    ];

    public static RetentionPlan Plan(IServiceProvider services)
    {
        var retention = services.GetRequiredService<IOptions<NumbersOptions>>().Value.Retention;
        return new RetentionPlan(
            Rules, new { retention.History, retention.Removed }, retention.Interval, retention.Batch, services.GetRequiredService<NumbersMetrics>().Erased);
    }

    /// <summary>The latest, the latest of another value, and the first of the run that the latest is of.</summary>
    private static string Turns(string matter) => $"""
        UNION ALL (
            SELECT unnest(ARRAY[w.event_id, b.event_id, t.event_id])
            FROM (SELECT event_id, {matter} AS value FROM number_events WHERE number_id = f.number_id AND {matter} IS NOT NULL ORDER BY at DESC, place DESC LIMIT 1) w
            LEFT JOIN LATERAL (
                SELECT event_id, at, place FROM number_events
                WHERE number_id = f.number_id AND {matter} <> w.value ORDER BY at DESC, place DESC LIMIT 1) b ON true
            LEFT JOIN LATERAL (
                SELECT event_id FROM number_events
                WHERE number_id = f.number_id AND {matter} IS NOT NULL AND (at, place) > (COALESCE(b.at, '-infinity'), COALESCE(b.place, ''))
                ORDER BY at, place LIMIT 1) t ON true)
        """;
}
