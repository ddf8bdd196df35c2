using PilotHooks.Contracts;

namespace PilotHooks.ServiceDefaults.Figures;

/// <summary>
/// What an instrument has measured since the last report, by the values of its tag. Recording allocates nothing and
/// locks nothing: it finds the value's cell and adds to it. The first measurement of a value makes its cell.
/// </summary>
internal sealed class FigureTally(FigureInstrument instrument)
{
    /// <summary>More values than a tag of ours has; what goes beyond is counted together.</summary>
    private const int MaxCells = 32;
    private const string Other = "other";

    private readonly Lock _gate = new();
    private Cell[] _cells = [];

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => CellOf(tags).Record(value);

    /// <summary>Moves what was measured into a report, and begins anew.</summary>
    public void MoveTo(Dictionary<string, long> sums, Dictionary<string, FigureDistribution> distributions, Dictionary<string, double> gauges)
    {
        foreach (var cell in Volatile.Read(ref _cells))
        {
            var name = cell.Value.Length == 0 ? instrument.Name : $"{instrument.Name}:{cell.Value}";
            switch (instrument.Kind)
            {
                case FigureKind.Sum when cell.TakeSum() is not 0 and var sum:
                    sums[name] = sum;
                    break;
                case FigureKind.Distribution when cell.TakeDistribution() is { } distribution:
                    distributions[name] = distribution;
                    break;
                case FigureKind.Gauge when cell.TakeGauge() is { } gauge:
                    gauges[name] = gauge;
                    break;
            }
        }
    }

    private Cell CellOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var value = "";
        if (instrument.Tag is not null)
        {
            foreach (ref readonly var tag in tags)
            {
                if (tag.Key == instrument.Tag)
                {
                    value = tag.Value as string ?? Other;
                    break;
                }
            }
        }

        foreach (var cell in Volatile.Read(ref _cells))
        {
            if (cell.Value == value)
            {
                return cell;
            }
        }

        return Add(value);
    }

    private Cell Add(string value)
    {
        lock (_gate)
        {
            value = _cells.Length < MaxCells - 1 ? value : Other;
            if (Array.Find(_cells, cell => cell.Value == value) is { } there)
            {
                return there;
            }

            var added = new Cell(value, instrument.Kind);
            Volatile.Write(ref _cells, [.. _cells, added]);
            return added;
        }
    }

    private sealed class Cell(string value, FigureKind kind)
    {
        private readonly long[] _buckets = kind is FigureKind.Distribution ? new long[FigureBuckets.Count] : [];
        private long _sum;
        private double _max;
        private double _gauge = double.NaN;

        public string Value => value;

        public void Record(double measured)
        {
            switch (kind)
            {
                case FigureKind.Sum:
                    Interlocked.Add(ref _sum, (long)measured);
                    break;
                case FigureKind.Distribution:
                    Interlocked.Increment(ref _buckets[FigureBuckets.Of(measured)]);
                    Raise(measured);
                    break;
                default:
                    Volatile.Write(ref _gauge, measured);
                    break;
            }
        }

        public long TakeSum() => Interlocked.Exchange(ref _sum, 0);

        public double? TakeGauge() => Interlocked.Exchange(ref _gauge, double.NaN) is var gauge && double.IsFinite(gauge) ? gauge : null;

        public FigureDistribution? TakeDistribution()
        {
            var max = Interlocked.Exchange(ref _max, 0);
            Dictionary<int, long>? buckets = null;
            for (var bucket = 0; bucket < _buckets.Length; bucket++)
            {
                if (Volatile.Read(ref _buckets[bucket]) > 0)
                {
                    (buckets ??= []).Add(bucket, Interlocked.Exchange(ref _buckets[bucket], 0));
                }
            }

            // A value that comes in between may be counted now and raise the maximum of the next report.
            return buckets is null ? null : new FigureDistribution(Math.Max(max, FigureBuckets.LowerBound(buckets.Keys.Max())), buckets);
        }

        private void Raise(double measured)
        {
            for (var max = Volatile.Read(ref _max); measured > max && double.IsFinite(measured);)
            {
                var seen = Interlocked.CompareExchange(ref _max, measured, max);
                if (seen == max)
                {
                    return;
                }

                max = seen;
            }
        }
    }
}
