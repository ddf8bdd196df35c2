using PilotHooks.Relay.Intake;

namespace PilotHooks.Relay.Tests.Intake;

public sealed class SilenceRuleTests
{
    private static readonly SilenceOptions Options = new();
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("", 30)] // Nothing learned yet.
    [InlineData("1 2 3", 30)] // Never silent: the least that is told of.
    [InlineData("480", 960)] // One night.
    [InlineData("480 500 470", 960)] // The longest is not usual until it happens twice.
    [InlineData("480 3600 470", 960)] // So one outage makes no other one usual,
    [InlineData("480 3600 3600", 7200)] // and the second weekend does.
    public void Source_may_be_silent_twice_as_long_as_on_its_two_quietest_days(string dailyMinutes, int minutes)
    {
        var daily = dailyMinutes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => TimeSpan.FromMinutes(int.Parse(text, System.Globalization.CultureInfo.InvariantCulture))).ToList();

        SilenceRule.Limit(daily, Options).ShouldBe(TimeSpan.FromMinutes(minutes));
    }

    [Theory]
    [InlineData(29, 100, 100, false)]
    [InlineData(31, 100, 100, true)]
    [InlineData(31, 23, 100, false)] // It has been there for less than a day.
    [InlineData(31, 100, 0, false)] // Nobody has listened for long enough.
    [InlineData(31, 100, 1, true)]
    public void Source_is_silent_after_its_limit_if_it_is_known_and_somebody_listened(int silentMinutes, int knownHours, int watchedHours, bool silent)
    {
        var lastAt = Now.AddMinutes(-silentMinutes);

        SilenceRule.IsSilent(Now, lastAt.AddHours(-knownHours), lastAt, Now.AddHours(-watchedHours), TimeSpan.FromMinutes(30), Options).ShouldBe(silent);
    }

    [Fact]
    public void Nobody_is_silent_when_it_is_off()
        => SilenceRule.IsSilent(Now, Now.AddDays(-9), Now.AddDays(-5), Now.AddDays(-9), TimeSpan.FromMinutes(30), new SilenceOptions { Enabled = false }).ShouldBeFalse();
}
