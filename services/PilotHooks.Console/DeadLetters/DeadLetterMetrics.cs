using System.Diagnostics.Metrics;

namespace PilotHooks.Console.DeadLetters;

/// <summary>Dead letters that came and went, by queue.</summary>
internal sealed class DeadLetterMetrics
{
    private readonly Counter<long> _recorded;
    private readonly Counter<long> _replayed;
    private readonly Counter<long> _setAside;
    private readonly Counter<long> _erased;

    public DeadLetterMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("PilotHooks.Console");
        _recorded = meter.CreateCounter<long>("pilothooks.dead_letters.recorded", "{event}", "Events that a consumer could not process.");
        _replayed = meter.CreateCounter<long>("pilothooks.dead_letters.replayed", "{event}", "Dead letters put back into their queue.");
        _setAside = meter.CreateCounter<long>("pilothooks.dead_letters.set_aside", "{message}", "Dead letters that cannot be recorded, kept in a queue of their own.");
        _erased = meter.CreateCounter<long>("pilothooks.console.retention.erased", "{row}", "Rows that reached the end of their retention.");
    }

    public void Recorded(string queue) => _recorded.Add(1, new KeyValuePair<string, object?>("queue", queue));

    public void Replayed(string queue) => _replayed.Add(1, new KeyValuePair<string, object?>("queue", queue));

    public void SetAside(string queue) => _setAside.Add(1, new KeyValuePair<string, object?>("queue", queue));

    public void Erased(string what, int rows) => _erased.Add(rows, new KeyValuePair<string, object?>("what", what));
}
