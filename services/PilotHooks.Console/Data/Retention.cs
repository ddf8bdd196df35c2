using Microsoft.Extensions.Options;
using PilotHooks.Console.Audit;
using PilotHooks.Console.DeadLetters;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Console.Data;

/// <summary>Which dead letters, records of the audit and notes of erasures are erased by age. What a replay has in hand is passed over.</summary>
internal static class Retention
{
    /// <summary>By what is erased; each statement takes the oldest <c>@Batch</c> rows.</summary>
    private static readonly RetentionRule[] Rules =
    [
        new("replayed dead letters", Delete("replayed_at < now() - @Replayed")),
        new("dead letters", Delete("stored_at < now() - @DeadLetters")),
        new("content", """
            UPDATE dead_letters SET payload = NULL, headers = '{}' WHERE id = ANY(ARRAY(
                SELECT id FROM dead_letters WHERE payload IS NOT NULL AND stored_at < now() - @Content ORDER BY stored_at LIMIT @Batch FOR UPDATE SKIP LOCKED))
            """),
        new("audit", """
            DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < now() - @Audit ORDER BY at LIMIT @Batch)
                AND (SELECT set_config('pilothooks.audit_retention', 'on', true)) = 'on'
            """),
        new("erasures", "DELETE FROM contact_erasures WHERE id = ANY(ARRAY(SELECT id FROM contact_erasures WHERE finished_at < now() - @Erasures LIMIT @Batch))"),
    ];

    public static RetentionPlan Plan(IServiceProvider services)
    {
        var retention = services.GetRequiredService<IOptions<RetentionOptions>>().Value;
        return new RetentionPlan(
            Rules,
            new { retention.Content, retention.DeadLetters, retention.Replayed, retention.Erasures, Audit = services.GetRequiredService<IOptions<AuditOptions>>().Value.KeepFor },
            retention.Interval, retention.Batch, services.GetRequiredService<DeadLetterMetrics>().Erased);
    }

    private static string Delete(string condition)
        => $"DELETE FROM dead_letters WHERE id = ANY(ARRAY(SELECT id FROM dead_letters WHERE {condition} LIMIT @Batch FOR UPDATE SKIP LOCKED))";
}
