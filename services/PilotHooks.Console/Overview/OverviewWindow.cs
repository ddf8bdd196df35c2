using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Figures;

namespace PilotHooks.Console.Overview;

/// <summary>
/// The reports of the last hour, merged by service and point of time. A report that is there already changes nothing, and
/// their order does not matter.
/// </summary>
internal sealed class OverviewWindow(TimeSpan resolution)
{
    private readonly Dictionary<(long Slot, string Service), SlotFigures> _slots = [];
    private readonly HashSet<(DateTimeOffset At, string Service, string Replica)> _known = [];

    /// <summary>The number of the point that a moment lies in; one that ends a point belongs to it, as a report covers what was before it.</summary>
    public long SlotOf(DateTimeOffset at) => (at.UtcTicks - 1) / resolution.Ticks;

    /// <summary>When a point begins.</summary>
    public DateTimeOffset Begin(long slot) => new(slot * resolution.Ticks, TimeSpan.Zero);

    public void Add(FigureReport report)
    {
        if (!_known.Add((report.At, report.Service, report.Replica)))
        {
            return;
        }

        var key = (SlotOf(report.At), report.Service);
        if (!_slots.TryGetValue(key, out var slot))
        {
            _slots[key] = slot = new SlotFigures();
        }

        slot.Add(report);
    }

    /// <summary>Forgets what is older than a moment.</summary>
    public void Forget(DateTimeOffset before)
    {
        _known.RemoveWhere(report => report.At <= before);
        var first = SlotOf(before);
        foreach (var key in _slots.Keys.Where(key => key.Slot < first).ToList())
        {
            _slots.Remove(key);
        }
    }

    /// <summary>A service's figures at each of <paramref name="count"/> points from a first one on; null where it did not report.</summary>
    public SlotFigures?[] Of(string service, long first, int count)
    {
        var found = new SlotFigures?[count];
        for (var i = 0; i < count; i++)
        {
            found[i] = _slots.GetValueOrDefault((first + i, service));
        }

        return found;
    }

    /// <summary>Each service with its latest report, and how many of its replicas reported after a moment.</summary>
    public IReadOnlyList<ServiceModel> Services(DateTimeOffset since)
        => [.. _known.GroupBy(report => report.Service)
            .OrderBy(reports => reports.Key, StringComparer.Ordinal)
            .Select(reports => new ServiceModel(
                reports.Key,
                reports.Where(report => report.At > since).Select(report => report.Replica).Distinct().Count(),
                reports.Max(report => report.At)))];
}

/// <summary>What the replicas of one service reported at one point.</summary>
internal sealed class SlotFigures
{
    private readonly Dictionary<string, long> _sums = [];
    private readonly Dictionary<string, FigureDistribution> _distributions = [];
    private readonly Dictionary<string, (double Min, double Max)> _gauges = [];

    public void Add(FigureReport report)
    {
        foreach (var (name, sum) in report.Sums)
        {
            _sums[name] = _sums.GetValueOrDefault(name) + sum;
        }

        foreach (var (name, distribution) in report.Distributions)
        {
            _distributions[name] = _distributions.TryGetValue(name, out var other) ? FigureBuckets.Merge([other, distribution]) : distribution;
        }

        foreach (var (name, gauge) in report.Gauges)
        {
            // Replicas read the same queue or spool, each a little earlier or later.
            _gauges[name] = _gauges.TryGetValue(name, out var range) ? (Math.Min(range.Min, gauge), Math.Max(range.Max, gauge)) : (gauge, gauge);
        }
    }

    public IReadOnlyDictionary<string, long> Sums => _sums;

    public long Sum(string name) => _sums.GetValueOrDefault(name);

    public FigureDistribution? Distribution(string name) => _distributions.GetValueOrDefault(name);

    public (double Min, double Max)? Gauge(string name) => _gauges.TryGetValue(name, out var range) ? range : null;
}
