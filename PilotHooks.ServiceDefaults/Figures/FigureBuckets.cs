using PilotHooks.Contracts;

namespace PilotHooks.ServiceDefaults.Figures;

/// <summary>
/// The buckets of every distribution: eight for each doubling, from 2^-14 (61 µs where the unit is a second) to 2^24
/// (194 days), so a percentile is off by an eighth at most. They are the first bits of the number itself, which is why
/// finding one costs a shift.
/// </summary>
public static class FigureBuckets
{
    private const double Lowest = 1.0 / (1 << 14);
    private const int Doublings = 38;
    private const int MantissaBits = 52;
    private const int PerDoublingBits = 3;
    private const int Shift = MantissaBits - PerDoublingBits;

    /// <summary>How many there are; the first is for everything below the lowest bound, the last for everything above.</summary>
    public const int Count = (Doublings << PerDoublingBits) + 1;

    private static readonly long LowestBits = BitConverter.DoubleToInt64Bits(Lowest) >> Shift;

    /// <summary>The bucket of a value.</summary>
    public static int Of(double value)
        => value >= Lowest ? (int)Math.Min((BitConverter.DoubleToInt64Bits(value) >> Shift) - LowestBits + 1, Count - 1) : 0;

    /// <summary>Where a bucket begins.</summary>
    public static double LowerBound(int bucket)
        => bucket <= 0 ? 0 : BitConverter.Int64BitsToDouble((LowestBits + bucket - 1) << Shift);

    /// <summary>
    /// The value that the given share (0 to 1) of all values does not exceed, by assuming that those of one bucket lie
    /// evenly in it; null if there are none.
    /// </summary>
    public static double? Percentile(this FigureDistribution distribution, double share)
    {
        var total = distribution.Buckets.Values.Sum();
        if (total == 0)
        {
            return null;
        }

        var rank = share * total;
        var before = 0L;
        foreach (var (bucket, count) in distribution.Buckets.Where(bucket => bucket.Value > 0).OrderBy(bucket => bucket.Key))
        {
            if (before + count >= rank)
            {
                var (from, to) = (LowerBound(bucket), Math.Min(LowerBound(bucket + 1), distribution.Max));
                return Math.Min(from + (Math.Max(0, to - from) * (rank - before) / count), distribution.Max);
            }

            before += count;
        }

        return distribution.Max;
    }

    /// <summary>All of them as one.</summary>
    public static FigureDistribution Merge(IEnumerable<FigureDistribution> distributions)
    {
        var buckets = new Dictionary<int, long>();
        var max = 0.0;
        foreach (var distribution in distributions)
        {
            max = Math.Max(max, distribution.Max);
            foreach (var (bucket, count) in distribution.Buckets)
            {
                buckets[bucket] = buckets.GetValueOrDefault(bucket) + count;
            }
        }

        return new FigureDistribution(max, buckets);
    }
}
