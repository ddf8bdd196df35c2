namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// When a failed delivery is tried again. The first attempt is at once and eleven are made, over about 46 hours:
/// <code>
/// after attempt  1    2     3    4     5     6    7    8    9    10    11
/// gap            5 s  30 s  2 m  10 m  30 m  1 h  2 h  6 h  12 h  24 h  given up
/// </code>
/// </summary>
internal static class RetrySchedule
{
    /// <summary>The gaps, each with a fifth of jitter either way.</summary>
    public static readonly TimeSpan[] Default =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromHours(24),
    ];

    private const double Jitter = 0.2;

    /// <summary>
    /// The gap after the attempt of this number (from 1), or null to give up. <paramref name="random"/> is from 0 up to 1.
    /// </summary>
    public static TimeSpan? After(int attempt, TimeSpan[] gaps, double random)
        => attempt <= gaps.Length ? gaps[attempt - 1] * (1 - Jitter + 2 * Jitter * random) : null;
}
