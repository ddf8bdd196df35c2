using PilotHooks.Console.Overview;

namespace PilotHooks.Console.Tests.Overview;

public sealed class QueueAgeTests
{
    [Fact]
    public void Age_is_the_lateness_of_what_was_merged()
        => Of((0, 0, 0.2), (0, 7, 3.5), (4, 9, 12)).ShouldBe([0.2, 3.5, 12]);

    [Fact]
    public void Age_of_an_empty_queue_is_nothing()
        => Of((0, 0, null), (0, 0, null)).ShouldBe([0, 0]);

    [Fact]
    public void Age_grows_since_the_queue_was_last_empty_while_its_consumer_is_stopped()
        => Of((0, 0, 0.1), (0, 5, null), (5, 8, null), (8, 20, null), (0, 20, 31), (0, 0, null)).ShouldBe([0.1, 0, 10, 20, 31, 0]);

    [Fact]
    public void Age_goes_on_growing_over_points_at_which_nobody_looked()
        => Of((0, 0, null), (5, 8, null), (null, null, null), (9, 9, null)).ShouldBe([0, 10, null, 30]);

    [Fact]
    public void Age_is_unknown_where_nothing_is_known()
        => Of((null, null, null)).ShouldBe([null]);

    private static double?[] Of(params (double? Lowest, double? Highest, double? Latest)[] points)
        => QueueAge.Of([.. points.Select(point => new QueueAge.Point(point.Lowest, point.Highest, point.Latest))], 10);
}
