using PilotHooks.Relay.Deliveries;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Deliveries;

public sealed class EndpointConcurrencyLimiterTests
{
    private static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);

    [Fact]
    public void Limit_falls_to_one_where_nobody_answers_and_grows_with_answers()
    {
        var limiter = new EndpointConcurrencyLimiter(TimeProvider.System);
        for (var i = 0; i < 8; i++)
        {
            limiter.StartAttempt();
        }

        (limiter.Limit - limiter.InFlight).ShouldBe(0);
        for (var i = 0; i < 8; i++)
        {
            limiter.FinishAttempt(succeeded: false, answered: false, Slow);
        }

        (limiter.Limit - limiter.InFlight).ShouldBe(1);
        Succeed(limiter, 100, Fast);

        (limiter.Limit - limiter.InFlight).ShouldBe(64);
    }

    [Fact]
    public void Nothing_is_held_ready_before_an_attempt_has_succeeded()
        => new EndpointConcurrencyLimiter(TimeProvider.System).Capacity.ShouldBe(DeliveryCapacity.OfOtherEndpoint);

    [Fact]
    public void Fast_endpoint_has_deliveries_held_ready_up_to_a_bound()
    {
        var limiter = new EndpointConcurrencyLimiter(TimeProvider.System);
        Succeed(limiter, 100, Fast);

        limiter.Capacity.ShouldBe(64 + EndpointConcurrencyLimiter.MaxReady);
    }

    [Fact]
    public void Slow_endpoint_has_few_held_ready()
    {
        var limiter = new EndpointConcurrencyLimiter(TimeProvider.System);
        Succeed(limiter, 100, Slow);

        limiter.Capacity.ShouldBeInRange(64, 71);
    }

    [Fact]
    public void Failure_ends_what_is_held_ready_until_successes_have_outweighed_it()
    {
        var limiter = new EndpointConcurrencyLimiter(TimeProvider.System);
        Succeed(limiter, 100, Fast);
        limiter.StartAttempt();
        limiter.FinishAttempt(succeeded: false, answered: true, Fast);

        limiter.Capacity.ShouldBeLessThan(64 + 64);
        Succeed(limiter, 200, Fast);
        limiter.Capacity.ShouldBe(64 + EndpointConcurrencyLimiter.MaxReady);
    }

    [Fact]
    public void Endpoint_that_stalls_has_no_more_held_ready()
    {
        var time = new ManualClock();
        var limiter = new EndpointConcurrencyLimiter(time);
        Succeed(limiter, 100, Fast);
        limiter.StartAttempt();
        for (var i = 0; i < EndpointConcurrencyLimiter.MaxReady / 2 + 1; i++)
        {
            limiter.Ready.Enqueue((Delivery(), 0));
        }

        limiter.IsSupplied.ShouldBeTrue();
        limiter.Capacity.ShouldBe(64 + EndpointConcurrencyLimiter.MaxReady / 2 - 2);
        time.Advance(TimeSpan.FromMilliseconds(60));
        limiter.IsSupplied.ShouldBeFalse();
        time.Advance(TimeSpan.FromMilliseconds(500));
        limiter.Capacity.ShouldBe(0);
    }

    [Fact]
    public void What_is_under_way_and_what_is_ready_take_capacity()
    {
        var limiter = new EndpointConcurrencyLimiter(TimeProvider.System);
        Succeed(limiter, 100, Fast);
        limiter.StartAttempt();
        limiter.Ready.Enqueue((Delivery(), 0));

        limiter.Capacity.ShouldBe(64 + EndpointConcurrencyLimiter.MaxReady - 2);
    }

    [Fact]
    public void More_is_wanted_only_when_half_of_the_capacity_is_free()
    {
        var limiter = new EndpointConcurrencyLimiter(TimeProvider.System) { HasMore = true };
        for (var i = 0; i < 5; i++)
        {
            limiter.StartAttempt();
        }

        limiter.WantsMore.ShouldBeFalse();
        limiter.FinishAttempt(succeeded: true, answered: true, Fast);
        limiter.WantsMore.ShouldBeTrue();
        limiter.HasMore = false;
        limiter.WantsMore.ShouldBeFalse();
    }

    private static void Succeed(EndpointConcurrencyLimiter limiter, int times, TimeSpan duration)
    {
        for (var i = 0; i < times; i++)
        {
            limiter.StartAttempt();
            limiter.FinishAttempt(succeeded: true, answered: true, duration);
        }
    }

    private static ClaimedDelivery Delivery()
        => new() { EndpointId = "wh_1", Event = "message.read", Target = Targets.Any() };
}
