namespace PilotHooks.Relay.Intake;

/// <summary>When a source is silent for much longer than usual.</summary>
internal sealed class SilenceOptions
{
    /// <summary>Whether it is looked for at all.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>No shorter silence is told of.</summary>
    public TimeSpan AtLeast { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How many times the usual longest silence.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>A source that has not spoken over this time, such as one that is only being tried, is not missed.</summary>
    public TimeSpan LearnFor { get; init; } = TimeSpan.FromDays(1);
}

/// <summary>
/// Decides whether a source is silent for too long: longer than <see cref="SilenceOptions.Factor"/> times its usual longest
/// silence. Usual is what happened on two days, so that one outage does not make the next one usual, and a night or the second
/// weekend does.
/// </summary>
internal static class SilenceRule
{
    /// <summary>Days that are remembered: two weekends.</summary>
    public const int Days = 14;

    /// <summary>How long the source may be silent.</summary>
    /// <param name="dailyLongest">Its longest silence of each day.</param>
    /// <param name="options">The configuration.</param>
    public static TimeSpan Limit(IReadOnlyCollection<TimeSpan> dailyLongest, SilenceOptions options)
    {
        var usual = dailyLongest.OrderDescending().Take(2).LastOrDefault();
        var limit = usual * options.Factor;
        return limit > options.AtLeast ? limit : options.AtLeast;
    }

    /// <summary>Whether it is silent for too long now.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="firstAt">When it spoke first.</param>
    /// <param name="lastAt">When it spoke last.</param>
    /// <param name="watchedSince">Since when somebody listens without a break: what was not heard before may still come.</param>
    /// <param name="limit">How long it may be.</param>
    /// <param name="options">The configuration.</param>
    public static bool IsSilent(DateTimeOffset now, DateTimeOffset firstAt, DateTimeOffset lastAt, DateTimeOffset watchedSince, TimeSpan limit, SilenceOptions options)
        => options.Enabled && lastAt - firstAt >= options.LearnFor && now - (lastAt > watchedSince ? lastAt : watchedSince) > limit;
}
