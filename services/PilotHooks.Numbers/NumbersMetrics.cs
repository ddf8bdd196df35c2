using System.Diagnostics.Metrics;

namespace PilotHooks.Numbers;

/// <summary>What the service counts, beside what the bus counts for it.</summary>
internal sealed class NumbersMetrics
{
    private readonly Counter<long> _erased;

    public NumbersMetrics(IMeterFactory meters)
        => _erased = meters.Create("PilotHooks.Numbers").CreateCounter<long>("pilothooks.numbers.retention.erased", "{row}", "Rows that reached the end of their retention.");

    public void Erased(string what, int rows) => _erased.Add(rows, new KeyValuePair<string, object?>("what", what));
}
