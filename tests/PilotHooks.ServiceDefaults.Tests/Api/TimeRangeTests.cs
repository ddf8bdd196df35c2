using Microsoft.AspNetCore.Http;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.ServiceDefaults.Tests.Api;

public sealed class TimeRangeTests
{
    [Theory]
    [InlineData("2026-03-01T12:00:00Z")]
    [InlineData("2026-03-01T09:00:00-03:00")]
    [InlineData("2026-03-01T09:00:00-0300")]
    [InlineData("2026-03-01T15:00:00 03:00")]
    [InlineData("2026-03-01 12:00:00")]
    [InlineData("2026-03-01 15:00:00 0300")]
    [InlineData("1772366400")]
    [InlineData("1772366400000")]
    public async Task Time_is_written_as_in_events(string text)
        => (await BindAsync(text)).Since.ShouldBe(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2026")]
    [InlineData("20260301")]
    [InlineData("12:00")]
    [InlineData("2026-02-30")]
    public async Task What_is_no_time_is_a_400(string text)
        => (await Should.ThrowAsync<BadHttpRequestException>(() => BindAsync(text))).StatusCode.ShouldBe(400);

    [Fact]
    public async Task Nothing_is_no_bound() => (await BindAsync("")).ShouldBe(new TimeRange(null, null));

    private static async Task<TimeRange> BindAsync(string since)
        => await TimeRange.BindAsync(new DefaultHttpContext { Request = { QueryString = QueryString.Create("since", since) } });
}
