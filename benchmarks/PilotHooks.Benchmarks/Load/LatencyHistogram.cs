using System.Numerics;

namespace PilotHooks.Benchmarks.Load;

/// <summary>
/// Every latency of a run, in microseconds, in buckets less than one percent wide, so that a percentile is taken over
/// all requests and never averaged.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 7;
    private const int SubCount = 1 << SubBits;
    private readonly long[] _counts = new long[(64 - SubBits) * SubCount];
    private long _total;

    public long Total => _total;

    public void Record(TimeSpan latency)
    {
        Interlocked.Increment(ref _counts[Index(Math.Max(0, latency.Ticks / TimeSpan.TicksPerMicrosecond))]);
        Interlocked.Increment(ref _total);
    }

    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }

        _total += other._total;
    }

    /// <summary>The latency that this share (0 to 1) of all requests did not exceed.</summary>
    public TimeSpan Percentile(double share)
    {
        var rank = (long)Math.Ceiling(share * _total);
        var seen = 0L;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank && seen > 0)
            {
                return TimeSpan.FromMicroseconds(UpperBound(i));
            }
        }

        return TimeSpan.Zero;
    }

    private static int Index(long value)
    {
        if (value < SubCount)
        {
            return (int)value;
        }

        var shift = BitOperations.Log2((ulong)value) - SubBits;
        return ((shift + 1) << SubBits) + (int)((value >> shift) - SubCount);
    }

    private static long UpperBound(int index)
    {
        if (index < SubCount)
        {
            return index;
        }

        var shift = (index >> SubBits) - 1;
        return (((long)(index & (SubCount - 1)) + SubCount + 1) << shift) - 1;
    }
}
