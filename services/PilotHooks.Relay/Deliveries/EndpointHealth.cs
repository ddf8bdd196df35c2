namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// How an endpoint fares, over all replicas. Times are the database's.
/// <para>
/// The circuit opens when twenty attempts in a row have failed over at least a minute. From then on one attempt at a
/// time asks whether the endpoint is back, at growing gaps, and what waits keeps its place in the schedule; the first
/// success closes it. Less than that the schedule itself handles.
/// </para>
/// </summary>
internal sealed record EndpointHealth(string EndpointId, int Failures, DateTimeOffset? FailingSince, DateTimeOffset? LastFailureAt, DateTimeOffset? HeldUntil, DateTimeOffset? CircuitUntil)
{
    public const string Gone = "gone";
    public const string Failing = "failing";

    private const int CircuitFailures = 20;
    private static readonly TimeSpan CircuitAge = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxCircuitGap = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FailingTooLong = TimeSpan.FromDays(5);

    /// <summary>
    /// A bit more than the longest gap of the schedule. After a longer silence (the relay was away, or there was nothing
    /// to send) an old failure proves nothing, and the five days start anew.
    /// </summary>
    private static readonly TimeSpan MaxSilence = TimeSpan.FromHours(30);

    /// <summary>Whether it is being probed only.</summary>
    public bool CircuitOpen => CircuitUntil is not null;

    /// <summary>The state after one more attempt, and why the endpoint is to be paused, if it is.</summary>
    public (EndpointHealth Health, string? PausedReason) After(bool succeeded, AttemptDecision decision, DateTimeOffset now)
    {
        if (succeeded)
        {
            return (this with { Failures = 0, FailingSince = null, LastFailureAt = null, CircuitUntil = null }, null);
        }

        var since = FailingSince is { } known && LastFailureAt is { } last && now - last <= MaxSilence ? known : now;
        var failures = Failures + 1;
        var health = this with
        {
            Failures = failures,
            FailingSince = since,
            LastFailureAt = now,
            HeldUntil = decision.Hold is { } hold && now + hold > (HeldUntil ?? DateTimeOffset.MinValue) ? now + hold : HeldUntil,
            CircuitUntil = failures >= CircuitFailures && now - since >= CircuitAge ? now + CircuitGap(failures) : null,
        };
        return (health, decision.Gone ? Gone : now - since >= FailingTooLong ? Failing : null);
    }

    private static TimeSpan CircuitGap(int failures)
    {
        var doublings = Math.Min(failures - CircuitFailures, 10);
        var gap = TimeSpan.FromSeconds(1 << doublings);
        return gap < MaxCircuitGap ? gap : MaxCircuitGap;
    }
}
