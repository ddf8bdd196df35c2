using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PilotHooks.Ingress.Sources;
using PilotHooks.Ingress.Tests.Sources;
using PilotHooks.Ingress.Webhooks;
using static PilotHooks.Ingress.Tests.ProviderExamples;
using static PilotHooks.Ingress.Tests.Webhooks.EventParserTests;

namespace PilotHooks.Ingress.Tests.Webhooks;

public class EventParserBadInputTests
{
    private static readonly Source WhatsApp = TestSources.WhatsApp;
    private static readonly Source PlatformSource = TestSources.Platform;

    [Theory]
    [MemberData(nameof(BadBodies.Malformed), MemberType = typeof(BadBodies))]
    public void Body_that_is_no_event_is_refused_with_a_reason(string what, byte[] body)
    {
        var rejection = Refuse(body);

        rejection.Status.ShouldBe(400, what);
        rejection.Detail.ShouldNotBeNullOrWhiteSpace();
    }

    [Theory]
    [MemberData(nameof(BadBodies.Unnamed), MemberType = typeof(BadBodies))]
    public void Object_without_a_readable_name_is_kept_as_unknown(string what, byte[] body)
    {
        foreach (var source in new[] { WhatsApp, PlatformSource })
        {
            var parsed = Parse(body, source);

            parsed.Name.ShouldBe("unknown", what);
            parsed.Unrecognized.ShouldBe("unnamed", what);
            parsed.Kind.ShouldBe(EventKind.UnknownEventReceived);
            parsed.EventId.ShouldBe(Parse([.. body], source).EventId);
        }
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("   ")]
    [InlineData("\u00A0")]
    [InlineData("\u2003\u2003")]
    [InlineData("\u3000\u202F\u205F\u1680")]
    [InlineData("\u2028\u2029\u0085")]
    [InlineData("\u200B\uFEFF\u2060")]
    [InlineData("\u007F")]
    [InlineData("\u0009\u000A")]
    [InlineData("\u0000")]
    public void Name_of_which_nothing_is_seen_is_none_however_it_is_written(string name)
    {
        var escaped = string.Concat(name.Select(character => $"\\u{(int)character:x4}"));
        Parse(Json($$"""{ "event": "{{escaped}}", "data": {} }""")).Name.ShouldBe("unknown");
        Parse(Json($$"""{ "id": "evt_1", "type": "{{escaped}}" }"""), PlatformSource).Unrecognized.ShouldBe("unnamed");
        if (name.All(character => character > 0x1F))
        {
            Parse(Json($$"""{ "event": "{{name}}", "data": {} }""")).Unrecognized.ShouldBe("unnamed");
            // So is an id: it is absent, and the next field identifies the message.
            Parse(Message("message.sent", id: name)).EventId.ShouldBe(Parse(Message("message.sent", id: null)).EventId);
            Parse(Message("message.sent", numberId: name)).NumberId.ShouldBeNull();
        }
    }

    [Theory]
    [MemberData(nameof(BadBodies.Unidentified), MemberType = typeof(BadBodies))]
    public void Known_event_without_what_identifies_it_keeps_its_name(string name, byte[] body)
    {
        var parsed = Parse(body, name.StartsWith("form", StringComparison.Ordinal) ? PlatformSource : WhatsApp);

        parsed.Name.ShouldBe(name);
        parsed.Unrecognized.ShouldBe("unidentified");
        parsed.Kind.ShouldBe(EventKind.UnknownEventReceived);
        parsed.EventId.ShouldNotBe(Guid.Empty);
        parsed.OwnPhone.IsKnown.ShouldBeFalse();
    }

    [Fact]
    public void Names_longer_than_the_broker_takes_are_not_recognized()
    {
        Parse(Json($$"""{ "event": "{{new string('e', 256)}}" }""")).ShouldSatisfyAllConditions(
            parsed => parsed.Name.ShouldBe("unknown"), parsed => parsed.Unrecognized.ShouldBe("name-too-long"));
        Parse(Json($$"""{ "event": "x", "data": { "numberId": "{{new string('n', 256)}}" } }""")).ShouldSatisfyAllConditions(
            parsed => parsed.Name.ShouldBe("x"), parsed => parsed.Unrecognized.ShouldBe("number-too-long"), parsed => parsed.NumberId.ShouldBeNull());
        Parse(Json($$"""{ "id": "1", "type": "{{new string('e', 256)}}" }"""), PlatformSource).Unrecognized.ShouldBe("name-too-long");
        Parse(Json($$"""{ "event": "{{new string('e', 255)}}" }""")).Name.Length.ShouldBe(255);
        Parse(Message("message.sent", id: new string('i', 2_000_000))).Unrecognized.ShouldBeNull();
    }

    [Fact]
    public void Event_nested_deeper_than_a_consumer_reads_is_kept_and_not_recognized()
    {
        Parse(Nested(500)).Unrecognized.ShouldBeNull();
        var parsed = Parse(Nested(100_000));
        parsed.Name.ShouldBe("message.sent");
        parsed.Unrecognized.ShouldBe("too-deep");

        static byte[] Nested(int depth) => Json($$"""{ "event": "message.sent", "data": { "id": "1", "x": {{new string('[', depth)}}{{new string(']', depth)}} } }""");
    }

    [Fact]
    public void Any_bytes_at_all_are_parsed_or_refused_and_never_throw()
        => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), body =>
        {
            EventParser.Parse(PlatformSource, body ?? [], out _);
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_single_change_to_an_event_is_parsed_or_refused_and_never_throws()
    {
        byte[][] bodies = [Message("message.sent"), Call("call.ended"), Json(NativeEnvelope(NativeValue())), Platform("message.report")];
        byte[] bytes = [0, (byte)'"', (byte)'\\', (byte)'{', (byte)'}', (byte)'[', (byte)'u', (byte)'9', 0x80, 0xFF];
        foreach (var body in bodies)
        {
            for (var i = 0; i < body.Length; i++)
            {
                foreach (var value in bytes)
                {
                    var changed = (byte[])body.Clone();
                    changed[i] = value;
                    EventParser.Parse(PlatformSource, changed, out _);
                    Parsed(changed);
                    Parsed(changed[..i]);
                }
            }
        }

        static void Parsed(byte[] body)
        {
            if (EventParser.Parse(TestSources.WhatsApp, body, out var parsed) is null)
            {
                parsed.Name.ShouldNotBeNullOrEmpty();
                parsed.EventId.ShouldNotBe(Guid.Empty);
            }
        }
    }
}

/// <summary>What a sender may get wrong, or an attacker try.</summary>
public static class BadBodies
{
    public static TheoryData<string, byte[]> Malformed => new()
    {
        { "empty", [] },
        { "white space", Bytes(" \r\n") },
        { "not JSON", Bytes("event=message.sent") },
        { "cut off", Bytes("""{ "event": "message.sent", "data": { "id": "1" """) },
        { "trailing garbage", Bytes("""{ "event": "x" } }""") },
        { "two documents", Bytes("""{ "event": "x" }{ "event": "y" }""") },
        { "trailing comma", Bytes("""{ "event": "x", }""") },
        { "a comment", Bytes("""{ "event": "x" /* y */ }""") },
        { "single quotes", Bytes("{ 'event': 'x' }") },
        { "UTF-16", Encoding.Unicode.GetBytes("""{ "event": "x" }""") },
        { "invalid UTF-8", [.. Bytes("""{ "event": "x", "data": { "content": """ + "\""), 0xC3, 0x28, .. Bytes("\" } }")] },
        { "a control character", Bytes("{ \"event\": \"x\u0001\" }") },
        { "an array", Bytes("""[{ "event": "x" }]""") },
        { "a string", Bytes("\"message.sent\"") },
        { "a number", Bytes("1e999") },
        { "null", Bytes("null") },
        { "open objects without end", Bytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))) },
        { "open arrays without end", Bytes("{\"event\":\"x\",\"data\":" + new string('[', 1_000_000)) },
    };

    /// <summary>JSON objects without a name, in either format.</summary>
    public static TheoryData<string, byte[]> Unnamed => new()
    {
        { "an empty object", Bytes("{}") },
        { "an empty object after a byte order mark", [0xEF, 0xBB, 0xBF, .. Bytes("{}")] },
        { "null names", Bytes("""{ "event": null, "type": null }""") },
        { "empty names", Bytes("""{ "event": "", "type": "" }""") },
        { "numbers for names", Bytes("""{ "event": 1, "type": 2 }""") },
        { "objects for names", Bytes("""{ "event": { "event": "x" }, "type": [] }""") },
        { "a control character within the name", Bytes("""{ "event": "x\u0000", "type": "\u001fx" }""") },
        { "half a surrogate pair in the name", Bytes("""{ "event": "\ud800", "type": "x\udc00" }""") },
        { "an object of somebody else", Bytes("""{ "hello": ["world"] }""") },
        { "a name that the last of two takes back", Bytes("""{ "event": "message.sent", "event": null, "type": "x", "type": 1 }""") },
        { "Meta's messages", Bytes("""{ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{ "value": { "messaging_product": "whatsapp", "messages": [{ "id": "wamid.A" }] }, "field": "messages" }] }] }""") },
        { "Meta's account update", Bytes("""{ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{ "value": { "event": "VERIFIED_ACCOUNT" }, "field": "account_update" }] }] }""") },
    };

    /// <summary>Known events, each without a field that tells it from its own repetition.</summary>
    public static TheoryData<string, byte[]> Unidentified => new()
    {
        { "message.sent", ProviderExamples.Message("message.sent", id: null, messageId: null) },
        { "message.group", Bytes("""{ "event": "message.group", "data": { "message_id": "renamed" } }""") },
        { "message.read", Bytes("""{ "event": "message.read", "data": { "id": 1e400, "messageId": {} } }""") },
        { "message.sent", Bytes("""{ "event": "message.sent", "data": { "id": 1.5 } }""") },
        { "message.sent", Bytes("""{ "event": "message.sent", "id": "flat" }""") },
        { "message.sent", Bytes("""{ "event": "message.sent", "data": [{ "id": "1" }] }""") },
        { "message.sent", Bytes("""{ "event": "message.sent", "data": { "id": "1" }, "data": {} }""") },
        { "number.connected", ProviderExamples.Number("number.connected", numberId: null) },
        { "number.health_x", ProviderExamples.Number("number.health_x", createdAt: null) },
        { "number.created", Bytes($$"""{ "event": "number.created", "data": { "numberId": "1", "createdAt": {{new string('9', 5000)}} } }""") },
        { "call.ended", ProviderExamples.Call("call.ended", timestamp: null) },
        { "call.permission_updated", ProviderExamples.Call("call.permission_updated", callId: null, externalCallId: null, from: null, to: null) },
        { "form.submitted", ProviderExamples.Platform("form.submitted", id: null) },
        { "form.submitted", ProviderExamples.Platform("form.submitted", id: "") },
    };

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
