using System.Globalization;
using PilotHooks.Numbers.Numbers;

namespace PilotHooks.Numbers.Tests.Numbers;

public sealed class UptimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 2, 24, 15, 0, 0, TimeSpan.Zero);

    // States are "hours before now" and the state's first letters; the number is known from the first figure on.
    [Theory]
    [InlineData(48, "48 created, 47 connected", 1.0, 0)]
    [InlineData(48, "48 connected, 36 disconnected", 0.0, 0)]
    [InlineData(48, "47 connected, 12 disconnected", 0.5, 1)]
    [InlineData(48, "47 disconnected, 6 connected", 0.25, 0)]
    [InlineData(48, "47 connected, 18 disconnected, 12 connected, 6 disconnected", 0.5, 2)]
    [InlineData(8, "8 created, 6 connected", 0.75, 0)]
    [InlineData(8, "8 connected", 1.0, 0)]
    [InlineData(8, "4 connected", 0.5, 0)]
    [InlineData(8, "", 0.0, 0)]
    [InlineData(48, "47 connected, 12 removed", 1.0, 0)]
    [InlineData(48, "47 connected, 18 disconnected, 12 removed", 0.5, 1)]
    [InlineData(48, "47 removed, 12 created, 6 connected", 0.5, 0)]
    [InlineData(48, "47 connected, 24 disconnected", 0.0, 0)]
    [InlineData(48, "48 connected, 12 connected", 1.0, 0)]
    [InlineData(48, "48 connected, 12 disconnected, 6 disconnected", 0.5, 2)]
    [InlineData(48, "48 connected, -1 disconnected", 1.0, 0)]
    public void Uptime_is_the_connected_share_of_the_known_part_of_the_window(double firstEvent, string states, double share, int disconnects)
    {
        var uptime = Uptime.OfDay(HoursAgo(firstEvent), Parse(states), Now);

        uptime.Share!.Value.ShouldBe(share, 1e-9);
        uptime.Disconnects.ShouldBe(disconnects);
    }

    [Theory]
    [InlineData(48, "48 connected, 30 removed")]
    [InlineData(-1, "-1 connected")]
    [InlineData(0, "0 connected")]
    public void Uptime_is_null_when_the_number_was_not_known_in_the_window(double firstEvent, string states)
        => Uptime.OfDay(HoursAgo(firstEvent), Parse(states), Now).Share.ShouldBeNull();

    [Fact]
    public void Stretches_that_follow_each_other_add_up_to_the_whole()
    {
        var turns = Parse("30 connected, 20 disconnected, 15.5 connected, 10 removed, 7 created, 6.25 connected, 1 disconnected");
        DateTimeOffset[] bounds = [.. Enumerable.Range(0, 25).Select(hour => HoursAgo(24 - hour))];

        var parts = Uptime.Between(HoursAgo(30), turns, bounds);
        var whole = Uptime.OfDay(HoursAgo(30), turns, Now);

        parts.Sum(part => part.Connected.TotalHours).ShouldBe(whole.Connected.TotalHours, 1e-6);
        parts.Sum(part => part.Known.TotalHours).ShouldBe(whole.Known.TotalHours, 1e-6);
        parts.Sum(part => part.Disconnects).ShouldBe(whole.Disconnects);
    }

    private static List<NumberTurn> Parse(string states) => [.. states
        .Split(", ", StringSplitOptions.RemoveEmptyEntries)
        .Select(state => state.Split(' '))
        .Select(state => new NumberTurn(HoursAgo(double.Parse(state[0], CultureInfo.InvariantCulture)), state[1]))];

    private static DateTimeOffset HoursAgo(double hours) => Now.AddHours(-hours);
}
