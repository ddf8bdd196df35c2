namespace PilotHooks.Relay.Deliveries;

/// <summary>What an attempt means for its delivery and for the endpoint.</summary>
/// <param name="Status">The delivery's status after it.</param>
/// <param name="Delay">Until the next attempt; null if the delivery has ended.</param>
/// <param name="Hold">For how long the endpoint is to be left alone.</param>
/// <param name="Gone">Whether the subscriber wants nothing any more.</param>
internal sealed record AttemptDecision(string Status, TimeSpan? Delay, TimeSpan? Hold = null, bool Gone = false)
{
    public const string Pending = "pending";
    public const string Successful = "successful";
    public const string Failed = "failed";

    private const int TooManyRequests = 429;
    private const int ServiceUnavailable = 503;
    private const int GoneForGood = 410;

    /// <summary>A subscriber may hold its endpoint back this long, no longer.</summary>
    private static readonly TimeSpan MaxHold = TimeSpan.FromHours(1);

    /// <param name="result">The attempt.</param>
    /// <param name="attempt">Its number in the current run of the schedule, from 1.</param>
    /// <param name="gaps">The schedule.</param>
    /// <param name="random">From 0 up to 1, for the jitter.</param>
    public static AttemptDecision Of(AttemptResult result, int attempt, TimeSpan[] gaps, double random)
    {
        if (result.Succeeded)
        {
            return new AttemptDecision(Successful, null);
        }

        if (result.StatusCode == GoneForGood)
        {
            return new AttemptDecision(Failed, null, Gone: true);
        }

        TimeSpan? hold = result.StatusCode is TooManyRequests or ServiceUnavailable && result.RetryAfter is { } wish && wish > TimeSpan.Zero
            ? (wish < MaxHold ? wish : MaxHold)
            : null;
        return RetrySchedule.After(attempt, gaps, random) is { } gap
            ? new AttemptDecision(Pending, hold > gap ? hold : gap, hold)
            : new AttemptDecision(Failed, null, hold);
    }
}
