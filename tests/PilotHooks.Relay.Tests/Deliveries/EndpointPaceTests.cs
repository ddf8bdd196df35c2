using PilotHooks.Relay.Deliveries;

namespace PilotHooks.Relay.Tests.Deliveries;

public sealed class EndpointPaceTests
{
    private static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);

    [Fact]
    public void Pace_falls_to_one_where_nobody_answers_and_grows_with_answers()
    {
        var pace = new EndpointPace(TimeProvider.System);
        for (var i = 0; i < 8; i++)
        {
            pace.Start();
        }

        pace.Free.ShouldBe(0);
        for (var i = 0; i < 8; i++)
        {
            pace.Finish(succeeded: false, answered: false, Slow);
        }

        pace.Free.ShouldBe(1);
        Succeed(pace, 100, Fast);

        pace.Free.ShouldBe(64);
    }

    [Fact]
    public void Nothing_is_held_ready_before_an_attempt_has_succeeded()
        => new EndpointPace(TimeProvider.System).Room.ShouldBe(EndpointPace.Initial);

    [Fact]
    public void Fast_endpoint_has_deliveries_held_ready_up_to_a_bound()
    {
        var pace = new EndpointPace(TimeProvider.System);
        Succeed(pace, 100, Fast);

        pace.Room.ShouldBe(64 + EndpointPace.MaxAhead);
    }

    [Fact]
    public void Slow_endpoint_has_few_held_ready()
    {
        var pace = new EndpointPace(TimeProvider.System);
        Succeed(pace, 100, Slow);

        pace.Room.ShouldBeInRange(64, 71);
    }

    [Fact]
    public void Failure_ends_what_is_held_ready_until_successes_have_outweighed_it()
    {
        var pace = new EndpointPace(TimeProvider.System);
        Succeed(pace, 100, Fast);
        pace.Start();
        pace.Finish(succeeded: false, answered: true, Fast);

        pace.Room.ShouldBeLessThan(64 + 64);
        Succeed(pace, 200, Fast);
        pace.Room.ShouldBe(64 + EndpointPace.MaxAhead);
    }

    [Fact]
    public void Endpoint_that_stalls_has_no_more_held_ready()
    {
        var time = new Clock();
        var pace = new EndpointPace(time);
        Succeed(pace, 100, Fast);
        pace.Start();
        for (var i = 0; i < EndpointPace.MaxAhead / 2 + 1; i++)
        {
            pace.Ready.Enqueue((Delivery(), 0));
        }

        pace.IsSupplied.ShouldBeTrue();
        pace.Room.ShouldBe(64 + EndpointPace.MaxAhead / 2 - 2);
        time.Advance(TimeSpan.FromMilliseconds(60));
        pace.IsSupplied.ShouldBeFalse();
        time.Advance(TimeSpan.FromMilliseconds(500));
        pace.Room.ShouldBe(0);
    }

    [Fact]
    public void What_is_under_way_and_what_is_ready_take_room()
    {
        var pace = new EndpointPace(TimeProvider.System);
        Succeed(pace, 100, Fast);
        pace.Start();
        pace.Ready.Enqueue((Delivery(), 0));

        pace.Room.ShouldBe(64 + EndpointPace.MaxAhead - 2);
    }

    [Fact]
    public void More_is_wanted_only_when_half_of_the_room_is_free()
    {
        var pace = new EndpointPace(TimeProvider.System) { HasMore = true };
        for (var i = 0; i < 5; i++)
        {
            pace.Start();
        }

        pace.WantsMore.ShouldBeFalse();
        pace.Finish(succeeded: true, answered: true, Fast);
        pace.WantsMore.ShouldBeTrue();
        pace.HasMore = false;
        pace.WantsMore.ShouldBeFalse();
    }

    private static void Succeed(EndpointPace pace, int times, TimeSpan duration)
    {
        for (var i = 0; i < times; i++)
        {
            pace.Start();
            pace.Finish(succeeded: true, answered: true, duration);
        }
    }

    private static ClaimedDelivery Delivery()
        => new() { EndpointId = "wh_1", Event = "message.read", Target = Targets.Any() };

    private sealed class Clock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
