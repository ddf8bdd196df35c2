using PilotHooks.Relay.Deliveries;

namespace PilotHooks.Relay.Tests.Deliveries;

public sealed class AttemptDecisionTests
{
    private const double NoJitter = 0.5;

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 30)]
    [InlineData(3, 2 * 60)]
    [InlineData(4, 10 * 60)]
    [InlineData(5, 30 * 60)]
    [InlineData(6, 3600)]
    [InlineData(7, 2 * 3600)]
    [InlineData(8, 6 * 3600)]
    [InlineData(9, 12 * 3600)]
    [InlineData(10, 24 * 3600)]
    public void Failed_attempt_is_followed_after_the_documented_gap(int attempt, int seconds)
    {
        Decide(500, attempt).ShouldBe(new AttemptDecision("pending", TimeSpan.FromSeconds(seconds)));
        RetrySchedule.After(attempt, RetrySchedule.Default, 0)!.Value.TotalSeconds.ShouldBe(seconds * 0.8, 0.001);
        RetrySchedule.After(attempt, RetrySchedule.Default, 1)!.Value.TotalSeconds.ShouldBe(seconds * 1.2, 0.001);
    }

    [Fact]
    public void Eleventh_failure_is_the_last() => Decide(500, 11).ShouldBe(new AttemptDecision("failed", null));

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(299)]
    public void Every_2xx_is_a_success(int status) => Decide(status, 11).ShouldBe(new AttemptDecision("successful", null));

    [Theory]
    [InlineData(100)]
    [InlineData(301)]
    [InlineData(404)]
    [InlineData(503)]
    [InlineData(null)]
    public void Anything_else_is_a_failure(int? status) => Decide(status, 1).Status.ShouldBe("pending");

    [Fact]
    public void Success_is_decided_by_the_status_alone()
        => AttemptDecision.Of(new AttemptResult(default, default, 200, "what is wrong with the body", null, null), 1, RetrySchedule.Default, NoJitter).Status.ShouldBe("successful");

    [Fact]
    public void Gone_ends_the_delivery_and_tells_so() => Decide(410, 1).ShouldBe(new AttemptDecision("failed", null, Gone: true));

    [Theory]
    [InlineData(429, 60, 60)]
    [InlineData(503, 60, 60)]
    [InlineData(503, 7200, 3600)]
    [InlineData(429, 2, 5)]
    [InlineData(500, 60, 5)]
    [InlineData(429, -60, 5)]
    public void Retry_after_holds_back_at_least_so_long_and_at_most_an_hour(int status, int retryAfter, int delay)
        => Decide(status, 1, TimeSpan.FromSeconds(retryAfter)).Delay.ShouldBe(TimeSpan.FromSeconds(delay));

    [Fact]
    public void Retry_after_of_the_last_attempt_still_holds_the_endpoint()
        => Decide(429, 11, TimeSpan.FromSeconds(60)).ShouldBe(new AttemptDecision("failed", null, TimeSpan.FromSeconds(60)));

    private static AttemptDecision Decide(int? status, int attempt, TimeSpan? retryAfter = null)
        => AttemptDecision.Of(new AttemptResult(default, default, status, status is null ? "no answer" : null, null, retryAfter), attempt, RetrySchedule.Default, NoJitter);
}
