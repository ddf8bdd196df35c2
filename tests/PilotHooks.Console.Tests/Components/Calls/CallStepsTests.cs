using PilotHooks.Console.Components.Calls;

namespace PilotHooks.Console.Tests.Components.Calls;

public sealed class CallStepsTests
{
    private static readonly DateTimeOffset Start = new(2026, 7, 3, 15, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_step_lasts_until_the_next()
        => CallSteps.Of(Call(0, 5, 125, null)).ShouldBe(
        [
            new CallStep("ringing", Start, TimeSpan.FromSeconds(5)),
            new CallStep("connected", Start.AddSeconds(5), TimeSpan.FromSeconds(120)),
            new CallStep("ended", Start.AddSeconds(125), null),
        ]);

    [Fact]
    public void Missed_call_rang_until_it_was_missed()
        => CallSteps.Of(Call(0, null, null, 30)).ShouldBe([new CallStep("ringing", Start, TimeSpan.FromSeconds(30)), new CallStep("missed", Start.AddSeconds(30), null)]);

    [Fact]
    public void Steps_are_in_the_order_of_their_times_whatever_the_clocks_say()
        => CallSteps.Of(Call(3, 2, 2, null)).Select(step => step.Name).ShouldBe(["connected", "ended", "ringing"]);

    [Fact]
    public void Call_without_times_has_no_steps() => CallSteps.Of(Call(null, null, null, null)).ShouldBeEmpty();

    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(59, "0:59")]
    [InlineData(725, "12:05")]
    [InlineData(3723, "1:02:03")]
    public void Length_is_told_as_calls_tell_it(int seconds, string text) => CallStatus.Length(seconds).ShouldBe(text);

    private static CallItem Call(int? ringing, int? connected, int? ended, int? missed)
    {
        return new CallItem("call_1", null, null, "INBOUND", null, null, null, At(ringing), At(connected), At(ended), At(missed), null, 0, null);

        static DateTimeOffset? At(int? seconds) => seconds is { } value ? Start.AddSeconds(value) : null;
    }
}
