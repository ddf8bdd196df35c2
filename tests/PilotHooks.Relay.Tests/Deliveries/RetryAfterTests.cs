using PilotHooks.Relay.Deliveries;

namespace PilotHooks.Relay.Tests.Deliveries;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2026, 2, 24, 15, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("120", 120)]
    [InlineData(" 120 ", 120)]
    [InlineData("0120", 120)]
    [InlineData("1.5", 1.5)]
    [InlineData("Tue, 24 Feb 2026 15:02:00 GMT", 120)]
    [InlineData("Tuesday, 24-Feb-26 15:02:00 GMT", 120)]
    [InlineData("Tue Feb 24 15:02:00 2026", 120)]
    [InlineData("2026-02-24T12:02:00-03:00", 120)]
    public void Number_of_seconds_or_a_date_is_a_time_to_wait(string text, double seconds)
        => RetryAfter.Parse(text, Now).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("86400000000")]
    [InlineData("2147483648")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999999999999999999999999999999")]
    [InlineData("99999999999999999999999999999999999999999999999999.9")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT")]
    public void Any_size_is_more_than_an_endpoint_is_ever_held_back(string text)
        => RetryAfter.Parse(text, Now).ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromHours(1));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("-86400000000")]
    [InlineData("soon")]
    [InlineData("12 minutes")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("\u0661\u0662")]
    [InlineData("Tue, 24 Feb 2026 14:59:59 GMT")]
    [InlineData("Tue, 99 Feb 2026 15:02:00 GMT")]
    public void Anything_else_is_no_time_to_wait(string text) => RetryAfter.Parse(text, Now).ShouldBeNull();

    [Fact]
    public void Of_several_the_longest_counts() => RetryAfter.Longest(["5", "soon", "120", "60"], Now).ShouldBe(TimeSpan.FromSeconds(120));
}
