using PilotHooks.Ingress.Numbers;
using PilotHooks.Ingress.Sources;
using PilotHooks.Ingress.Tests.Sources;
using PilotHooks.Ingress.Webhooks;
using static PilotHooks.Ingress.Tests.ProviderExamples;

namespace PilotHooks.Ingress.Tests.Webhooks;

public class EventParserTests
{
    private static readonly Source WhatsApp = TestSources.WhatsApp;
    private static readonly Source PlatformSource = TestSources.Platform;

    [Theory]
    [InlineData("message.sent", EventKind.MessageStatusReported)]
    [InlineData("message.delivered", EventKind.MessageStatusReported)]
    [InlineData("message.read", EventKind.MessageStatusReported)]
    [InlineData("message.failed", EventKind.MessageStatusReported)]
    [InlineData("message.received", EventKind.MessageReceived)]
    [InlineData("message.reply", EventKind.MessageReceived)]
    [InlineData("message.group", EventKind.MessageReceived)]
    [InlineData("message.newsletter", EventKind.MessageReceived)]
    [InlineData("message.edited", EventKind.UnknownEventReceived)]
    public void Message_is_named_and_belongs_to_its_number(string name, object kind)
    {
        var parsed = Parse(Message(name));

        parsed.Name.ShouldBe(name);
        parsed.Kind.ShouldBe((EventKind)kind);
        parsed.NumberId.ShouldBe("cmm0abc123");
        parsed.OccurredAt.ShouldBe(new DateTimeOffset(2026, 2, 24, 15, 0, 5, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("number.created", EventKind.NumberChanged)]
    [InlineData("number.connected", EventKind.NumberChanged)]
    [InlineData("number.disconnected", EventKind.NumberChanged)]
    [InlineData("number.removed", EventKind.NumberChanged)]
    [InlineData("number.recovered", EventKind.NumberChanged)]
    [InlineData("number.health_degraded", EventKind.NumberChanged)]
    [InlineData("number.health_anything", EventKind.NumberChanged)]
    [InlineData("number.health_", EventKind.UnknownEventReceived)]
    [InlineData("number.renamed", EventKind.UnknownEventReceived)]
    public void Number_event_is_named(string name, object kind)
    {
        var parsed = Parse(Number(name));

        parsed.Name.ShouldBe(name);
        parsed.Kind.ShouldBe((EventKind)kind);
        parsed.NumberId.ShouldBe("cmm0abc123");
    }

    [Theory]
    [InlineData("call.ringing", EventKind.CallChanged)]
    [InlineData("call.connected", EventKind.CallChanged)]
    [InlineData("call.ended", EventKind.CallChanged)]
    [InlineData("call.missed", EventKind.CallChanged)]
    [InlineData("call.permission_updated", EventKind.CallPermissionUpdated)]
    [InlineData("call.transferred", EventKind.UnknownEventReceived)]
    public void Call_event_is_named_and_has_no_number_of_its_own(string name, object kind)
    {
        var parsed = Parse(Call(name));

        parsed.Name.ShouldBe(name);
        parsed.Kind.ShouldBe((EventKind)kind);
        parsed.NumberId.ShouldBeNull();
        parsed.OccurredAt.ShouldBe(new DateTimeOffset(2026, 7, 3, 15, 2, 5, TimeSpan.Zero));
    }

    [Fact]
    public void Native_calls_are_known_by_their_shape()
    {
        var shapes = new[]
        {
            NativeEnvelope(NativeValue()),
            NativeValue(),
            $$"""{ "event": "calls", "data": {{NativeValue()}} }""",
            $$"""{ "event": "calls", "data": {{NativeEnvelope(NativeValue())}} }""",
            $$"""{ "data": {{NativeValue()}} }""",
        };

        foreach (var shape in shapes)
        {
            var parsed = Parse(Json(shape));
            parsed.Name.ShouldBe("calls");
            parsed.Kind.ShouldBe(EventKind.CallSignalled);
            parsed.OccurredAt.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1783090925));
            parsed.Parties.ShouldBe((new Phone(5511888888888), new Phone(5511888888888)));
        }
    }

    [Fact]
    public void Native_status_of_a_call_is_one_of_calls()
    {
        const string value = """{ "messaging_product": "whatsapp", "statuses": [{ "id": "wacid.A", "timestamp": "1783090925", "type": "call", "status": "RINGING" }] }""";

        Parse(Json(value)).Kind.ShouldBe(EventKind.CallSignalled);
        Parse(Json(NativeEnvelope(value))).Kind.ShouldBe(EventKind.CallSignalled);
    }

    [Theory]
    [InlineData("""{ "messaging_product": "whatsapp", "messages": [{ "id": "wamid.A" }] }""")]
    [InlineData("""{ "messaging_product": "whatsapp", "statuses": [{ "id": "wamid.A", "status": "delivered" }] }""")]
    [InlineData("""{ "messaging_product": "whatsapp", "calls": [] }""")]
    public void Native_envelope_without_calls_has_no_name(string value)
    {
        Parse(Json(value)).Unrecognized.ShouldBe("unnamed");
        Parse(Json(NativeEnvelope(value, "messages"))).Name.ShouldBe("unknown");
    }

    [Fact]
    public void Native_calls_are_found_wherever_they_stand_and_the_last_of_two_counts()
    {
        const string messages = """{ "messaging_product": "whatsapp", "messages": [{ "id": "wamid.A" }] }""";
        var change = $$"""{ "field": "calls", "value": {{NativeValue()}} }""";
        string[] shapes =
        [
            $$"""{ "entry": [{ "changes": [{ "field": "messages", "value": {{messages}} }, {{change}}] }] }""",
            $$"""{ "entry": [{ "changes": [{ "field": "messages", "value": {{messages}} }] }, { "changes": [{{change}}] }] }""",
            $$"""{ "entry": [], "entry": [{ "changes": [{{change}}] }] }""",
            $$"""{ "event": "   ", "data": {{messages}}, "data": {{NativeValue()}} }""",
        ];
        foreach (var shape in shapes)
        {
            Parse(Json(shape)).ShouldSatisfyAllConditions(
                parsed => parsed.Kind.ShouldBe(EventKind.CallSignalled),
                parsed => parsed.OccurredAt.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1783090925)),
                parsed => parsed.Parties.First.ShouldBe(new Phone(5511888888888)));
        }

        Parse(Json($$"""{ "data": {{NativeValue()}}, "data": {{messages}} }""")).Unrecognized.ShouldBe("unnamed");
    }

    [Fact]
    public void Permission_that_names_one_party_is_recognized()
    {
        foreach (var body in new[] { Call("call.permission_updated", callId: null, externalCallId: null, from: null), Call("call.permission_updated", callId: null, externalCallId: null, to: null) })
        {
            Parse(body).ShouldSatisfyAllConditions(parsed => parsed.Unrecognized.ShouldBeNull(), parsed => parsed.Kind.ShouldBe(EventKind.CallPermissionUpdated));
        }
    }

    [Fact]
    public void Byte_order_mark_is_no_part_of_the_event()
    {
        var marked = Parse([0xEF, 0xBB, 0xBF, .. Message("message.sent")]);

        marked.ShouldBe(Parse(Message("message.sent")));
    }

    [Theory]
    [InlineData("message.report", EventKind.MessageStatusReported)]
    [InlineData("message.incoming", EventKind.MessageReceived)]
    [InlineData("form.submitted", EventKind.FormSubmitted)]
    [InlineData("message.sent", EventKind.UnknownEventReceived)]
    [InlineData("contact.created", EventKind.UnknownEventReceived)]
    public void Platform_event_is_named(string name, object kind)
    {
        var parsed = Parse(Platform(name), PlatformSource);

        parsed.Name.ShouldBe(name);
        parsed.Kind.ShouldBe((EventKind)kind);
        parsed.NumberId.ShouldBeNull();
    }

    [Fact]
    public void Platform_report_occurred_when_it_says_and_others_when_they_were_made()
    {
        Parse(Platform("message.report"), PlatformSource).OccurredAt.ShouldBe(new DateTimeOffset(2026, 5, 13, 12, 46, 25, TimeSpan.Zero));
        Parse(Platform("message.report", data: """{ "reported_at": "2026-05-13T12:54:54.719Z" }"""), PlatformSource).OccurredAt
            .ShouldBe(new DateTimeOffset(2026, 5, 13, 12, 54, 54, 719, TimeSpan.Zero));
        Parse(Platform("form.submitted", data: "{}"), PlatformSource).OccurredAt.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1747147674));
    }

    [Fact]
    public void Number_of_a_source_is_that_of_events_that_name_none()
    {
        var source = TestSources.Of("platform", ("Authentication", "none"), ("Format", "platform"), ("NumberId", "num_1"));

        Parse(Platform("message.report"), source).NumberId.ShouldBe("num_1");
    }

    [Fact]
    public void Names_of_the_other_format_are_unknown()
    {
        Parse(Json("""{ "event": "message.report", "data": { "id": "1" } }""")).Kind.ShouldBe(EventKind.UnknownEventReceived);
        Parse(Json("""{ "event": "form.submitted" }""")).Kind.ShouldBe(EventKind.UnknownEventReceived);
    }

    [Theory]
    [InlineData("2026-02-24T15:00:05.000Z", "2026-02-24T15:00:05Z")]
    [InlineData("2026-02-24T12:00:05-03:00", "2026-02-24T15:00:05Z")]
    [InlineData("2026-02-24T15:00:05", "2026-02-24T15:00:05Z")]
    [InlineData("2026-02-24T15:00:05+0000", "2026-02-24T15:00:05Z")]
    [InlineData("2026-02-24 12:00:05 -0300", "2026-02-24T15:00:05Z")]
    [InlineData("Tue, 24 Feb 2026 15:00:05 GMT", "2026-02-24T15:00:05Z")]
    [InlineData("1771945205", "2026-02-24T15:00:05Z")]
    [InlineData("1771945205.5", "2026-02-24T15:00:05.5Z")]
    [InlineData("1771945205500", "2026-02-24T15:00:05.5Z")]
    [InlineData("yesterday", null)]
    [InlineData("999999999999999999999", null)]
    public void Time_of_an_event_is_read_in_utc_or_left_out(string text, string? expected)
        => Parse(Number("number.connected", createdAt: text)).OccurredAt
            .ShouldBe(expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("1771945205")]
    [InlineData("1771945205.000")]
    [InlineData("1771945205000")]
    public void Time_of_an_event_may_be_a_number(string number)
        => Parse(Json($$"""{ "event": "message.sent", "data": { "id": "1", "createdAt": {{number}} } }""")).OccurredAt
            .ShouldBe(new DateTimeOffset(2026, 2, 24, 15, 0, 5, TimeSpan.Zero));

    [Fact]
    public void Own_phone_is_the_sender_of_outbound_the_recipient_of_inbound_and_the_number_itself()
    {
        Parse(Message("message.sent", from: "+5511888888888")).OwnPhone.ShouldBe(new Phone(5511888888888));
        Parse(Message("message.reply", to: "+5511888888888", from: "+5511999999999")).OwnPhone.ShouldBe(new Phone(5511888888888));
        Parse(Number("number.connected", phone: "+5511888888888")).OwnPhone.ShouldBe(new Phone(5511888888888));
        Parse(Message("message.sent", numberId: null)).OwnPhone.IsKnown.ShouldBeFalse();
        Parse(Message("message.group", to: "120363123456789012@g.us")).OwnPhone.IsKnown.ShouldBeFalse();
    }

    [Theory]
    [InlineData("OUTBOUND", 5511888888888ul, 5511999999999ul)]
    [InlineData("INBOUND", 5511999999999ul, 5511888888888ul)]
    [InlineData(null, 5511999999999ul, 5511888888888ul)]
    public void Business_of_a_call_is_looked_for_where_its_direction_says_first(string? direction, ulong first, ulong second)
        => Parse(Call("call.ringing", direction: direction)).Parties.ShouldBe((new Phone(first), new Phone(second)));

    [Fact]
    public void Escaped_names_and_values_are_read_like_plain_ones()
    {
        var plain = Parse(Json("""{ "event": "message.sent", "data": { "id": "a/b", "numberId": "n" } }"""));
        var escaped = Parse(Json("""{ "\u0065vent": "message.\u0073ent", "d\u0061ta": { "\u0069d": "a\/b", "numberId": "\u006e" } }"""));

        escaped.ShouldBe(plain);
    }

    [Fact]
    public void Escapes_that_stand_for_no_text_do_no_harm_where_nobody_looks()
        => Parse(Json("""{ "event": "message.sent", "\ud800": 1, "data": { "id": "1", "content": "\ud800", "\udfff": 1e999 } }""")).Name.ShouldBe("message.sent");

    internal static ProviderEvent Parse(byte[] body, Source? source = null)
    {
        EventParser.Parse(source ?? WhatsApp, body, out var parsed).ShouldBeNull();
        return parsed;
    }

    internal static Rejection Refuse(byte[] body, Source? source = null)
        => EventParser.Parse(source ?? WhatsApp, body, out _).ShouldNotBeNull();
}
