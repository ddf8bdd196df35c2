using PilotHooks.Console.Components.Shared;

namespace PilotHooks.Console.Tests.Components.Shared;

public sealed class MomentFieldTests
{
    [Theory]
    [InlineData("2026-11-26T01:48", "2026-11-26T01:48:00Z")]
    [InlineData("2026-11-26T01:48Z", "2026-11-26T01:48:00Z")]
    [InlineData("2026-11-26T01:48:09.250-03:00", "2026-11-26T04:48:09.25Z")]
    [InlineData("yesterday", "yesterday")]
    [InlineData("", "")]
    [InlineData(null, null)]
    public void Moment_without_a_zone_is_utc_and_what_is_none_is_left_to_the_api(string? query, string? asked) => MomentField.ToApi(query).ShouldBe(asked);
}
