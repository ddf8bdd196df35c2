using PilotHooks.Console.Components.Events;

namespace PilotHooks.Console.Tests.Components.Events;

public sealed class JourneyScaleTests
{
    private const double Hour = 3_600_000;

    [Fact]
    public void Axis_is_linear_when_all_happens_within_a_moment()
    {
        var scale = JourneyScale.Of([(0, 3), (4, 9), (9, 180)]);

        scale.Break.ShouldBeNull();
        scale.X(0).ShouldBe(0);
        scale.X(100).ShouldBe(50);
        scale.X(200).ShouldBe(100);
        scale.Ticks.Select(tick => tick.Text).ShouldBe(["0", "50 ms", "100 ms", "150 ms", "200 ms"]);
    }

    [Fact]
    public void Late_retries_stand_behind_a_break_and_leave_the_first_moments_readable()
    {
        var scale = JourneyScale.Of([(0, 2), (5, 40), (5_040, 5_090), (35_000, 35_050), (6 * Hour, (6 * Hour) + 10_000)]);

        scale.Break.ShouldNotBeNull();
        scale.X(40).ShouldBe(58);
        scale.X(20).ShouldBe(29);
        scale.X(5_040).ShouldBeGreaterThan(scale.Break.Value);
        scale.X(35_000).ShouldBeInRange(scale.X(5_040) + 3, scale.X(6 * Hour) - 10);
        scale.X(6 * Hour).ShouldBeLessThan(100);
    }

    [Fact]
    public void Slow_step_without_a_pause_after_it_makes_no_break()
        => JourneyScale.Of([(0, 2), (2, 9_000), (9_010, 9_100)]).Break.ShouldBeNull();

    [Fact]
    public void Step_before_the_reception_by_another_clock_stands_at_its_start()
        => JourneyScale.Of([(0, 0)]).X(-5).ShouldBe(0);

    [Fact]
    public void Marks_keep_their_distance_and_their_order()
    {
        foreach (var last in new[] { 5_000, 60_000, Hour, 24 * Hour, 700 * Hour })
        {
            var ticks = JourneyScale.Of([(0, 1), (1, 30), (2_000, 2_010), (last, last + 20)]).Ticks.Select(tick => tick.X).ToList();
            ticks.ShouldAllBe(x => x >= 0 && x <= 100);
            ticks.Zip(ticks.Skip(1)).ShouldAllBe(pair => pair.Second - pair.First >= 8);
        }
    }
}
