using PilotHooks.Calls.Calls;

namespace PilotHooks.Calls.Tests.Calls;

public sealed class CallStatusTests
{
    [Fact]
    public void Furthest_point_is_ordered_and_the_end_by_how_much_it_says()
    {
        (string? Status, string Event)[] order =
        [
            (null, "connect"), ("INITIATED", "call.ringing"), ("DIALLING", "call.ringing"), ("RINGING", "call.ringing"),
            ("TALKING", "call.connected"), ("ACCEPTED", "call.connected"),
        ];
        (string? Status, string Event)[] ends = [("HUNG_UP", "terminate"), ("FAILED", "terminate"), ("MISSED", "call.missed"), ("REJECTED", "REJECTED"), ("COMPLETED", "terminate")];
        var ranks = order.Select(one => CallStatus.Rank(one.Status, one.Event, CallOrigin.Lifecycle))
            .Concat(ends.Select(one => CallStatus.Rank(one.Status, one.Event, CallOrigin.NativeCall))).ToList();

        ranks.ShouldBe(ranks.Distinct().Order());
    }

    [Fact]
    public void Providers_word_for_the_end_wins_over_metas()
        => CallStatus.Rank("FAILED", "call.ended", CallOrigin.Lifecycle).ShouldBeGreaterThan(CallStatus.Rank("COMPLETED", "terminate", CallOrigin.NativeCall));

    [Theory]
    [InlineData("USER_INITIATED", "INBOUND")]
    [InlineData("business_initiated", "OUTBOUND")]
    [InlineData("INBOUND", "INBOUND")]
    [InlineData("sideways", null)]
    [InlineData(null, null)]
    public void Direction_has_one_word(string? given, string? direction) => CallDirection.Of(given).ShouldBe(direction);
}
