using System.Diagnostics.Metrics;

namespace PilotHooks.Calls;

/// <summary>What the service counts, beside what the bus counts for it.</summary>
internal sealed class CallsMetrics
{
    private readonly Counter<long> _erased;

    public CallsMetrics(IMeterFactory meters)
        => _erased = meters.Create("PilotHooks.Calls").CreateCounter<long>("pilothooks.calls.retention.erased", "{row}", "Rows that reached the end of their retention.");

    public void Erased(string what, int rows) => _erased.Add(rows, new KeyValuePair<string, object?>("what", what));
}
