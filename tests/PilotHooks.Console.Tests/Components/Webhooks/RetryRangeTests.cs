using PilotHooks.Console.Components.Webhooks;

namespace PilotHooks.Console.Tests.Components.Webhooks;

public sealed class RetryRangeTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 13, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("", " ", null)]
    [InlineData("hour", null, "2026-05-13T11:00:00.0000000Z")]
    [InlineData("week", "", "2026-05-06T12:00:00.0000000Z")]
    [InlineData("2026-05-13T09:30:00.0000000Z", null, "2026-05-13T09:30:00.0000000Z")]
    [InlineData("hour", "2026-05-01T08:15", "2026-05-01T08:15:00Z")]
    [InlineData("hour", "2026-05-01T11:15Z", "2026-05-01T11:15:00Z")]
    [InlineData("hour", "yesterday", "yesterday")]
    public void Time_is_as_typed_before_what_is_chosen(string? of, string? since, string? expected)
        => new RetryRange { Of = of, Since = since }.From(Now).ShouldBe(expected);
}
