using PilotHooks.Console.Components.Numbers;
using PilotHooks.Console.Components.Shared;

namespace PilotHooks.Console.Tests.Components.Numbers;

public sealed class NumberStatusTests
{
    [Theory]
    [InlineData("connected", "healthy", BadgeKind.Ok, "fine")]
    [InlineData("created", "healthy", BadgeKind.Ok, "fine")]
    [InlineData("connected", "degraded", BadgeKind.Warn, "trouble")]
    [InlineData("connected", "on_fire", BadgeKind.Warn, "trouble")]
    [InlineData("connected", "blocked", BadgeKind.Bad, "trouble")]
    [InlineData("disconnected", "healthy", BadgeKind.Bad, "trouble")]
    [InlineData("removed", "blocked", BadgeKind.Neutral, "removed")]
    public void Number_is_coloured_by_the_worse_of_state_and_health(string state, string health, BadgeKind kind, string section)
    {
        var number = new NumberItem("cmm", null, null, null, state, health, default, default, 0, null, null, null, default, null);

        NumberStatus.Kind(number).ShouldBe(kind);
        NumberStatus.Section(number).ShouldBe(section);
    }

    [Theory]
    [InlineData(1, "100%")]
    [InlineData(0.99999, "99.9%")]
    [InlineData(0.5, "50%")]
    [InlineData(0, "0%")]
    public void Share_is_whole_only_when_nothing_is_missing(double share, string text) => NumberStatus.Percent(share).ShouldBe(text);
}
