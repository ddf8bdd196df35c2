using FsCheck;
using FsCheck.Fluent;
using PilotHooks.Ingress.Sources;
using PilotHooks.Ingress.Tests.Sources;
using static PilotHooks.Ingress.Tests.ProviderExamples;
using static PilotHooks.Ingress.Tests.Webhooks.EventParserTests;

namespace PilotHooks.Ingress.Tests.Webhooks;

/// <summary>Which two deliveries are the same event, and which are not (http-api.md, "Duplicate keys").</summary>
public class EventIdTests
{
    private static readonly Source PlatformSource = TestSources.Platform;

    [Fact]
    public void Event_id_is_the_same_on_every_machine()
        => Parse(Number("number.connected")).EventId.ShouldBe(Guid.Parse("62a19222-ceee-8179-8cf3-58a5b1033af1"));

    [Fact]
    public void Message_is_told_by_event_number_and_id()
    {
        Same(Message("message.sent"), Message("message.sent", messageId: "other", content: "other"));
        Same(Json("""{ "event": "message.sent", "data": { "numberId": 7, "id": "1" } }"""), Json("""{ "event": "message.sent", "numberId": "7", "data": { "id": 1 } }"""));
        Differ(Message("message.sent"), Message("message.sent", numberId: "other"));
        Differ(Message("message.sent"), Message("message.sent", numberId: null));
        Differ(Message("message.sent"), Message("message.delivered"));
        Differ(Message("message.sent"), Message("message.sent", id: "other"));
    }

    [Fact]
    public void Message_without_id_is_told_by_its_message_id()
    {
        Same(Message("message.sent", id: null), Message("message.sent", id: "", content: "other"));
        // One message of a group, seen by two of our numbers, is two events.
        Differ(Message("message.group", id: null, numberId: "cmm_a1"), Message("message.group", id: null, numberId: "cmm_b2"));
        Differ(Message("message.sent", id: null, messageId: "a"), Message("message.sent", id: null, messageId: "b"));
        Differ(Message("message.sent", id: "a"), Message("message.sent", id: null, messageId: "a"));
    }

    [Fact]
    public void Former_id_is_that_of_the_key_without_a_number_where_no_other_number_can_have_it()
    {
        Parse(Message("message.sent")).FormerEventId.ShouldBe(Guid.Parse("ba6fed84-2021-835a-a9fe-6b636351d1eb"));
        Parse(Message("message.group", id: null)).FormerEventId.ShouldBe(Guid.Empty);
        Parse(Number("number.connected")).FormerEventId.ShouldBe(Guid.Empty);
        Parse(Call("call.ended")).FormerEventId.ShouldBe(Guid.Empty);
    }

    [Fact]
    public void Of_a_name_that_stands_twice_the_last_counts()
    {
        Same(Json("""{ "event": "message.read", "event": "message.sent", "data": { "id": "0" }, "data": { "id": "1", "id": "2" } }"""), Json("""{ "event": "message.sent", "data": { "id": "2" } }"""));
        Same(Json("""{ "event": "message.sent", "data": { "id": "1", "numberId": "a", "numberId": null } }"""), Json("""{ "event": "message.sent", "data": { "id": "1" } }"""));
        Same(Json("""{ "event": "message.sent", "data": { "id": "1", "id": null, "messageId": "m" } }"""), Json("""{ "event": "message.sent", "data": { "messageId": "m" } }"""));
    }

    [Fact]
    public void Number_event_is_told_by_event_number_and_time_as_text()
    {
        Same(Number("number.connected"), Number("number.connected", phone: "+1"));
        Differ(Number("number.connected"), Number("number.disconnected"));
        Differ(Number("number.connected"), Number("number.connected", numberId: "other"));
        Differ(Number("number.connected"), Number("number.connected", createdAt: "2026-02-24T15:00:05Z"));
    }

    [Fact]
    public void Call_event_is_told_by_event_call_status_and_time()
    {
        Same(Call("call.ended"), Call("call.ended", externalCallId: "other", from: null, to: null, direction: null));
        Differ(Call("call.ended"), Call("call.missed"));
        Differ(Call("call.ended"), Call("call.ended", callId: "other"));
        Differ(Call("call.ended"), Call("call.ended", status: "FAILED"));
        Differ(Call("call.ended"), Call("call.ended", status: null));
        Differ(Call("call.ended"), Call("call.ended", timestamp: "2026-07-03T15:02:06.000Z"));
    }

    [Fact]
    public void Call_event_without_call_id_is_told_by_the_external_one_or_the_parties()
    {
        Same(Call("call.ended", callId: null), Call("call.ended", callId: null, from: "1", to: "2"));
        Differ(Call("call.ended", callId: null), Call("call.ended", callId: null, externalCallId: "other"));

        var permission = Call("call.permission_updated", callId: null, externalCallId: null, direction: null);
        Same(permission, Call("call.permission_updated", callId: null, externalCallId: null, direction: "INBOUND"));
        Differ(permission, Call("call.permission_updated", callId: null, externalCallId: null, from: "1"));
        Differ(permission, Call("call.permission_updated", callId: null, externalCallId: null, to: "1"));
        Differ(Call("call.permission_updated", callId: null, externalCallId: null, to: null), Call("call.permission_updated", callId: null, externalCallId: null, from: null, to: "5511888888888"));
    }

    [Fact]
    public void Platform_event_is_told_by_its_id()
    {
        Parse(Platform("message.report"), PlatformSource).EventId.ShouldBe(Parse(Platform("form.submitted"), PlatformSource).EventId);
        Parse(Platform("message.report"), PlatformSource).EventId.ShouldNotBe(Parse(Platform("message.report", "evt_2"), PlatformSource).EventId);
    }

    [Fact]
    public void Everything_else_is_told_by_its_bytes()
    {
        Same(Json("""{ "event": "tomorrow" }"""), Json("""{ "event": "tomorrow" }"""));
        Differ(Json("""{ "event": "tomorrow" }"""), Json("""{"event":"tomorrow"}"""));
        Same(Json(NativeValue()), Json(NativeValue()));
        Differ(Json(NativeValue()), Json(NativeValue("wacid.other")));
        // A name that nobody knows may have none of what identifies its kin.
        Same(Json("""{ "event": "message.edited" }"""), Json("""{ "event": "message.edited" }"""));
    }

    [Fact]
    public void Two_sources_never_share_an_event()
    {
        var other = TestSources.Of("other", ("Authentication", "none"));

        Parse(Message("message.sent"), other).EventId.ShouldNotBe(Parse(Message("message.sent")).EventId);
    }

    [Fact]
    public void Parts_of_a_key_never_run_into_each_other()
    {
        var text = ArbMap.Default.GeneratorFor<NonEmptyString>().Select(value => new string([.. value.Get.Where(char.IsAsciiLetterOrDigit)]));
        var pair = Gen.Two(Gen.Two(text)).ToArbitrary();

        Prop.ForAll(pair, pairs =>
        {
            var (first, second) = pairs;
            if (new[] { first.Item1, first.Item2, second.Item1, second.Item2 }.Any(string.IsNullOrEmpty))
            {
                return true;
            }

            var same = Parse(Number("number.created", first.Item1, first.Item2)).EventId == Parse(Number("number.created", second.Item1, second.Item2)).EventId;
            return same == (first == second);
        }).QuickCheckThrowOnFailure();

        Differ(Number("number.created", "ab", "c"), Number("number.created", "a", "bc"));
        Differ(Number("number.created", new string('a', 200), "c"), Number("number.created", new string('a', 201), "c"));
        Same(Number("number.created", new string('a', 200), "c"), Number("number.created", new string('a', 200), "c"));
    }

    private static void Same(byte[] first, byte[] second) => Parse(first).EventId.ShouldBe(Parse(second).EventId);

    private static void Differ(byte[] first, byte[] second) => Parse(first).EventId.ShouldNotBe(Parse(second).EventId);
}
