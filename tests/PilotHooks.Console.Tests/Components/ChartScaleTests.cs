using PilotHooks.Console.Components.Shared;

namespace PilotHooks.Console.Tests.Components;

public sealed class ChartScaleTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(-3, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(1, 1)]
    [InlineData(3, 4)]
    [InlineData(4.1, 6)]
    [InlineData(7, 8)]
    [InlineData(9.5, 10)]
    [InlineData(100, 100)]
    [InlineData(130, 160)]
    [InlineData(0.03, 0.04)]
    public void Top_of_the_axis_is_the_next_round_number(double largest, double top) => ChartScale.Top(largest).ShouldBe(top, 1e-9);

    [Fact]
    public void Line_goes_from_the_left_edge_to_the_right_one_and_stays_on_the_plot()
        => ChartScale.Line([0, 5, 20], top: 10).ShouldBe("0,100 50,50 100,0");

    [Fact]
    public void Lines_leave_gaps_where_there_is_no_number()
        => ChartScale.Lines([double.NaN, 0, 5, double.NaN, 10], top: 10).ShouldBe(["25,100 50,50", "100,0 100,0"]);

    [Theory]
    [InlineData(0, new int[0])]
    [InlineData(1, new[] { 0 })]
    [InlineData(3, new[] { 0, 1, 2 })]
    [InlineData(24, new[] { 0, 6, 12, 17, 23 })]
    public void Labels_are_the_ends_and_some_between(int count, int[] expected) => ChartScale.Labels(count).ShouldBe(expected);
}
