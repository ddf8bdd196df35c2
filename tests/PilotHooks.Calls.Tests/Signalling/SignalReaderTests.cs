using PilotHooks.Calls.Calls;
using PilotHooks.Calls.Signalling;

namespace PilotHooks.Calls.Tests.Signalling;

public sealed class SignalReaderTests
{
    private static readonly DateTimeOffset At = CallEvents.Start;

    [Fact]
    public void Three_shapes_of_the_envelope_say_the_same()
    {
        var value = CallEvents.Value(CallEvents.Connect("wacid.1", At), CallEvents.Status("wacid.1", At, "RINGING"));
        string[] shapes =
        [
            value,
            CallEvents.Envelope(value),
            $$"""{"event":"calls","data":{{value}}}""",
            $$"""{"event":"calls","data":{{CallEvents.Envelope(value)}}}""",
            $$$"""{"event":"calls","data":{"field":"calls","value":{{{value}}}}}""",
        ];

        foreach (var shape in shapes)
        {
            var facts = Read(shape);
            facts.Select(fact => (fact.ExternalCallId, fact.Event, fact.At, fact.Entry)).ShouldBe([("wacid.1", "connect", At, 0), ("wacid.1", "RINGING", At, 1)], shape);
        }
    }

    [Fact]
    public void Several_entries_of_several_calls_are_numbered_through()
    {
        var facts = Read(CallEvents.Envelope(
            CallEvents.Value($"{CallEvents.Connect("wacid.1", At)},{CallEvents.Connect("wacid.2", At)}"),
            CallEvents.Value(statuses: $"{CallEvents.Status("wacid.3", At, "RINGING")},{CallEvents.Status("wacid.3", At, "ACCEPTED")}")));

        facts.Select(fact => (fact.Entry, fact.ExternalCallId)).ShouldBe([(0, "wacid.1"), (1, "wacid.2"), (2, "wacid.3"), (3, "wacid.3")]);
    }

    [Fact]
    public void Connect_of_a_contact_rings()
    {
        var fact = Read(CallEvents.Value(CallEvents.Connect("wacid.1", At))).ShouldHaveSingleItem();

        fact.Direction.ShouldBe("INBOUND");
        fact.Status.ShouldBe("RINGING");
        fact.RingingAt.ShouldBe(At);
        fact.From.ShouldBe("+5511999999999");
        fact.To.ShouldBe("+5511888888888");
        fact.SdpType.ShouldBe("offer");
        fact.Sdp.ShouldBe("v=0 offer");
        fact.OwnPhones.Distinct().ShouldBe(["+5511888888888"]);
    }

    [Fact]
    public void Connect_of_the_business_does_not_ring_yet()
    {
        var fact = Read(CallEvents.Value(CallEvents.Connect("wacid.1", At, "v=0 answer", "BUSINESS_INITIATED", "answer"))).ShouldHaveSingleItem();

        fact.Direction.ShouldBe("OUTBOUND");
        fact.Status.ShouldBeNull();
        fact.RingingAt.ShouldBeNull();
    }

    [Theory]
    [InlineData("\"COMPLETED\"", "COMPLETED")]
    [InlineData("\"Failed\"", "FAILED")]
    [InlineData("[\"Failed\"]", "FAILED")]
    [InlineData("null", "COMPLETED")]
    [InlineData("7.5e1", "7.5E1")]
    public void Terminate_tells_start_end_and_duration_in_any_case(string status, string expected)
    {
        var fact = Read(CallEvents.Value(CallEvents.Terminate("wacid.1", At, status))).ShouldHaveSingleItem();

        fact.Status.ShouldBe(expected);
        fact.ConnectedAt.ShouldBe(At.AddSeconds(-60));
        fact.EndedAt.ShouldBe(At.AddSeconds(-1));
        fact.DurationSeconds.ShouldBe(59);
    }

    [Theory]
    [InlineData("ringing", "RINGING")]
    [InlineData("ACCEPTED", "ACCEPTED")]
    [InlineData("Rejected", "REJECTED")]
    public void Status_entry_tells_a_step_of_a_call_to_its_recipient(string given, string expected)
    {
        var fact = Read(CallEvents.Value(statuses: CallEvents.Status("wacid.1", At, given))).ShouldHaveSingleItem();

        fact.Status.ShouldBe(expected);
        fact.From.ShouldBe("+5511888888888");
        fact.To.ShouldBe("+5511999999999");
        new[] { fact.RingingAt, fact.ConnectedAt, fact.EndedAt }.ShouldHaveSingleNonNull(At);
    }

    [Fact]
    public void Legacy_connection_and_missing_direction_are_read()
    {
        var facts = Read(CallEvents.Value($$$$"""
            {"id":"wacid.1","from":"5511999999999","event":"connect","timestamp":{{{{At.ToUnixTimeSeconds()}}}},"connection":{"webrtc":{"sdp":"v=0 old"}}},
            {"id":"wacid.2","from":"5511999999999","event":"connect","timestamp":"{{{{At.ToUnixTimeSeconds()}}}}","session":{"sdp_type":"offer","sdp":"v=0"}},
            {"id":"wacid.3","event":"call_created","timestamp":"{{{{At.ToUnixTimeSeconds()}}}}","direction":"USER_INITIATED"}
            """));

        facts.Select(fact => (fact.Sdp, fact.Direction, fact.Event, fact.At)).ShouldBe(
            [("v=0 old", null, "connect", At), ("v=0", "INBOUND", "connect", At), (null, "INBOUND", "call_created", At)]);
        facts[1].To.ShouldBe("+5511888888888");
    }

    [Theory]
    [InlineData("""{"entry":[{"changes":[{"field":"messages","value":{"statuses":[{"id":"wamid.1","status":"sent"}]}}]}]}""")]
    [InlineData("""{"calls":{"id":"wacid.1"},"statuses":"none"}""")]
    [InlineData("""{"calls":[1,null,"x",[]],"statuses":[{"id":"wamid.1","type":"message","status":"read"}]}""")]
    [InlineData("""{"calls":[{"event":"connect"}]}""")]
    [InlineData("[]")]
    [InlineData("7")]
    public void What_names_no_call_is_nothing(string json) => Read(json).ShouldBeEmpty();

    private static IReadOnlyList<CallFact> Read(string json) => SignalReader.Read(CallEvents.Signal(json));
}

internal static class StepAssertions
{
    public static void ShouldHaveSingleNonNull(this IEnumerable<DateTimeOffset?> steps, DateTimeOffset at)
        => steps.OfType<DateTimeOffset>().ShouldHaveSingleItem().ShouldBe(at);
}
