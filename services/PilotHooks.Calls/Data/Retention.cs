using Microsoft.Extensions.Options;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Calls.Data;

/// <summary>
/// What of calls is erased by age. The statement passes over rows that a merge has locked: it waits for no one, so it
/// deadlocks with no one.
/// </summary>
internal static class Retention
{
    /// <summary>
    /// By what is erased; the statement takes the oldest <c>@Batch</c> rows. The events themselves stay: calls are derived
    /// from all of them anew with every merge, and an event counts once by its row.
    /// </summary>
    private static readonly RetentionRule[] Rules =
    [
        new("content", """
            UPDATE call_events SET sdp = NULL WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM call_events WHERE sdp IS NOT NULL AND COALESCE(merged_at, at) < now() - @Content
                ORDER BY COALESCE(merged_at, at) LIMIT @Batch FOR UPDATE SKIP LOCKED))
            """),
    ];

    public static RetentionPlan Plan(IServiceProvider services)
    {
        var retention = services.GetRequiredService<IOptions<CallsOptions>>().Value.Retention;
        return new RetentionPlan(Rules, new { retention.Content }, retention.Interval, retention.Batch, services.GetRequiredService<CallsMetrics>().Erased);
    }
}
