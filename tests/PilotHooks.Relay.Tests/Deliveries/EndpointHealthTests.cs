using PilotHooks.Relay.Deliveries;

namespace PilotHooks.Relay.Tests.Deliveries;

public sealed class EndpointHealthTests
{
    private static readonly DateTimeOffset Start = new(2026, 2, 24, 15, 0, 0, TimeSpan.Zero);
    private static readonly AttemptDecision Failed = new(AttemptDecision.Pending, TimeSpan.FromSeconds(5));
    private static readonly EndpointHealth Healthy = new("wh_1", 0, null, null, null, null);

    [Fact]
    public void Circuit_opens_after_twenty_failures_in_a_row_over_a_minute()
    {
        Fail(Healthy, 19, TimeSpan.FromMinutes(2)).Health.CircuitOpen.ShouldBeFalse();
        Fail(Healthy, 200, TimeSpan.FromSeconds(59)).Health.CircuitOpen.ShouldBeFalse();
        Fail(Healthy, 20, TimeSpan.FromMinutes(1)).Health.CircuitOpen.ShouldBeTrue();
    }

    [Fact]
    public void Open_circuit_probes_at_growing_gaps_up_to_fifteen_seconds()
    {
        var (open, now) = Fail(Healthy, 20, TimeSpan.FromMinutes(1));
        var gaps = new List<double>();
        for (var i = 0; i < 6; i++)
        {
            gaps.Add((open.CircuitUntil!.Value - now).TotalSeconds);
            open = open.After(false, Failed, now).Health;
        }

        gaps.ShouldBe([1, 2, 4, 8, 15, 15]);
    }

    [Fact]
    public void Success_closes_the_circuit_and_forgets_the_failures()
    {
        var (open, now) = Fail(Healthy, 30, TimeSpan.FromMinutes(5));

        open.After(true, new AttemptDecision(AttemptDecision.Successful, null), now).Health.ShouldBe(Healthy);
    }

    [Fact]
    public void Longest_hold_wins_and_outlives_a_success()
    {
        var held = Healthy.After(false, Failed with { Hold = TimeSpan.FromMinutes(10) }, Start).Health.After(false, Failed with { Hold = TimeSpan.FromMinutes(1) }, Start).Health;

        held.HeldUntil.ShouldBe(Start.AddMinutes(10));
        held.After(true, new AttemptDecision(AttemptDecision.Successful, null), Start).Health.HeldUntil.ShouldBe(Start.AddMinutes(10));
    }

    [Fact]
    public void Gone_pauses() => Healthy.After(false, new AttemptDecision(AttemptDecision.Failed, null, Gone: true), Start).PausedReason.ShouldBe("gone");

    [Fact]
    public void Failing_for_five_days_pauses()
    {
        var health = Healthy;
        string? reason = null;
        for (var now = Start; now < Start.AddDays(5); now = now.AddHours(12))
        {
            (health, reason) = health.After(false, Failed, now);
            reason.ShouldBeNull();
        }

        health.After(false, Failed, Start.AddDays(5)).PausedReason.ShouldBe("failing");
    }

    [Fact]
    public void Five_days_begin_anew_after_a_silence_in_which_nobody_tried()
    {
        var health = Healthy.After(false, Failed, Start).Health;

        health.After(false, Failed, Start.AddDays(6)).PausedReason.ShouldBeNull();
        health.After(false, Failed, Start.AddDays(6)).Health.FailingSince.ShouldBe(Start.AddDays(6));
    }

    private static (EndpointHealth Health, DateTimeOffset Now) Fail(EndpointHealth health, int times, TimeSpan over)
    {
        var now = Start;
        for (var i = 0; i < times; i++)
        {
            now = Start + over * ((double)i / (times - 1));
            health = health.After(false, Failed, now).Health;
        }

        return (health, now);
    }
}
