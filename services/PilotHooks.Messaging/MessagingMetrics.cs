using System.Diagnostics.Metrics;

namespace PilotHooks.Messaging;

/// <summary>What the service counts, beside what the bus counts for it.</summary>
internal sealed class MessagingMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _correlations = meters.Create("PilotHooks.Messaging")
        .CreateCounter<long>("pilothooks.messaging.correlations", "{reply}", "Replies merged, by whether their original was known by then.");

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
