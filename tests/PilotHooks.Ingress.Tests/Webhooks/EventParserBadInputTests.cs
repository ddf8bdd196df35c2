using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PilotHooks.Ingress.Sources;
using PilotHooks.Ingress.Webhooks;
using static PilotHooks.Ingress.Tests.ProviderExamples;
using static PilotHooks.Ingress.Tests.Webhooks.EventParserTests;

namespace PilotHooks.Ingress.Tests.Webhooks;

public class EventParserBadInputTests
{
    private static readonly Source PlatformSource = new("platform", new SourceOptions { Format = "platform" });

    [Theory]
    [MemberData(nameof(BadBodies.Malformed), MemberType = typeof(BadBodies))]
    public void Body_that_is_no_event_is_refused_with_a_reason(string what, byte[] body)
    {
        var rejection = Refuse(body);

        rejection.Status.ShouldBe(400, what);
        rejection.Detail.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public void Known_event_without_what_identifies_it_is_refused()
    {
        Refuse(Message("message.sent", id: null, messageId: null)).Reason.ShouldBe("unidentified");
        Refuse(Number("number.connected", numberId: null)).Reason.ShouldBe("unidentified");
        Refuse(Number("number.health_x", createdAt: null)).Reason.ShouldBe("unidentified");
        Refuse(Call("call.ended", timestamp: null)).Reason.ShouldBe("unidentified");
        Refuse(Call("call.ended", callId: null, externalCallId: null, from: null)).Reason.ShouldBe("unidentified");
        Refuse(Json("""{ "event": "message.sent", "id": "flat" }""")).Reason.ShouldBe("unidentified");
        Refuse(Platform("form.submitted", id: null), PlatformSource).Reason.ShouldBe("unidentified");
        Refuse(Json("""{ "id": "evt_1" }"""), PlatformSource).Reason.ShouldBe("unnamed");
    }

    [Fact]
    public void Names_longer_than_the_broker_takes_are_refused()
    {
        Refuse(Json($$"""{ "event": "{{new string('e', 256)}}" }""")).Reason.ShouldBe("too-long");
        Refuse(Json($$"""{ "event": "x", "data": { "numberId": "{{new string('n', 256)}}" } }""")).Reason.ShouldBe("too-long");
        Refuse(Json($$"""{ "id": "1", "type": "{{new string('e', 256)}}" }"""), PlatformSource).Reason.ShouldBe("too-long");
        Parse(Json($$"""{ "event": "{{new string('e', 255)}}" }""")).Name.Length.ShouldBe(255);
        Parse(Message("message.sent", id: new string('i', 2_000_000))).Name.ShouldBe("message.sent");
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
            if (EventParser.Parse(new Source("whatsapp", new SourceOptions()), body, out var parsed) is null)
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
        { "a byte order mark", [0xEF, 0xBB, 0xBF, .. Bytes("""{ "event": "x" }""")] },
        { "UTF-16", Encoding.Unicode.GetBytes("""{ "event": "x" }""") },
        { "invalid UTF-8", [.. Bytes("""{ "event": "x", "data": { "content": """ + "\""), 0xC3, 0x28, .. Bytes("\" } }")] },
        { "a control character", Bytes("{ \"event\": \"x\u0001\" }") },
        { "an escaped control character in the name", Bytes("""{ "event": "x\u0000" }""") },
        { "half a surrogate pair in the name", Bytes("""{ "event": "\ud800" }""") },
        { "an array", Bytes("""[{ "event": "x" }]""") },
        { "a string", Bytes("\"message.sent\"") },
        { "a number", Bytes("1e999") },
        { "null", Bytes("null") },
        { "an empty object", Bytes("{}") },
        { "a null name", Bytes("""{ "event": null }""") },
        { "an empty name", Bytes("""{ "event": "" }""") },
        { "a number for a name", Bytes("""{ "event": 1 }""") },
        { "an object for a name", Bytes("""{ "event": { "event": "x" } }""") },
        { "the name twice", Bytes("""{ "event": "message.sent", "event": "message.read", "data": { "id": "1" } }""") },
        { "the id twice", Bytes("""{ "event": "message.sent", "data": { "id": "1", "id": "2" } }""") },
        { "the data twice", Bytes("""{ "event": "message.sent", "data": { "id": "1" }, "data": { "id": "2" } }""") },
        { "a huge number for an id", Bytes("""{ "event": "message.sent", "data": { "id": 1e400 } }""") },
        { "a fraction for an id", Bytes("""{ "event": "message.sent", "data": { "id": 1.5 } }""") },
        { "a huge number for a time", Bytes($$"""{ "event": "number.created", "data": { "numberId": "1", "createdAt": {{new string('9', 5000)}} } }""") },
        { "an object for an id", Bytes("""{ "event": "message.sent", "data": { "id": {} } }""") },
        { "an array for data", Bytes("""{ "event": "message.sent", "data": [{ "id": "1" }] }""") },
        { "objects too deep", Bytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))) },
        { "arrays too deep", Bytes("{\"event\":\"x\",\"data\":" + new string('[', 1_000_000)) },
        { "closed arrays too deep", Bytes("{\"event\":\"x\",\"data\":" + new string('[', 100) + new string(']', 100) + "}") },
    };

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
