namespace PilotHooks.Relay.Deliveries;

/// <summary>What came of one attempt.</summary>
/// <param name="StartedAt">When it began.</param>
/// <param name="Duration">How long it took, end to end.</param>
/// <param name="StatusCode">What the subscriber answered; null if nothing.</param>
/// <param name="Error">Why it failed, where the status code does not tell.</param>
/// <param name="Response">The first 4 kB of the answer's body, as far as they came.</param>
/// <param name="RetryAfter">How long the subscriber asks to be left alone.</param>
internal sealed record AttemptResult(DateTimeOffset StartedAt, TimeSpan Duration, int? StatusCode, string? Error, string? Response, TimeSpan? RetryAfter)
{
    /// <summary>Success is 2xx, whatever becomes of the body.</summary>
    public bool Succeeded => StatusCode is >= 200 and < 300;

    /// <summary>Whole milliseconds.</summary>
    public int DurationMs => (int)Math.Round(Duration.TotalMilliseconds);

    /// <summary>No answer, or none in time: what holds a slot for long.</summary>
    public bool Unanswered => StatusCode is null;
}
