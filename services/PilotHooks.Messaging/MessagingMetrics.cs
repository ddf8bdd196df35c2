using System.Diagnostics.Metrics;

namespace PilotHooks.Messaging;

/// <summary>What the service counts, beside what the bus counts for it.</summary>
internal sealed class MessagingMetrics
{
    private readonly Counter<long> _correlations;
    private readonly Counter<long> _erased;

    public MessagingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("PilotHooks.Messaging");
        _correlations = meter.CreateCounter<long>("pilothooks.messaging.correlations", "{reply}", "Replies merged, by whether their original was known by then.");
        _erased = meter.CreateCounter<long>("pilothooks.messaging.retention.erased", "{row}", "Rows that reached the end of their retention.");
    }

    public void Erased(string what, int rows) => _erased.Add(rows, new KeyValuePair<string, object?>("what", what));

    public void RepliesCorrelated(long hits, long misses)
    {
        if (hits > 0)
        {
            _correlations.Add(hits, new KeyValuePair<string, object?>("outcome", "hit"));
        }

        if (misses > 0)
        {
            _correlations.Add(misses, new KeyValuePair<string, object?>("outcome", "miss"));
        }
    }
}
