using System.Text;
using System.Text.Json;
using PilotHooks.Relay.Formats;

namespace PilotHooks.Relay.Tests.Formats;

public sealed class TranslationTests
{
    private static readonly DateTimeOffset At = new(2026, 2, 24, 15, 0, 5, TimeSpan.Zero);
    private static readonly Guid EventId = Guid.Parse("0d795e3a-5258-41de-8b95-7b1399437b9b");

    public static IEnumerable<object[]> PilotStatusExamples => ProviderExamples.PilotStatus.Select(example => new object[] { example.Event, example.Body });

    public static IEnumerable<object[]> PlatformExamples => ProviderExamples.Platform.Select(example => new object[] { example.Event, example.Body });

    [Fact]
    public void Every_event_of_the_reference_has_its_example()
        => ProviderExamples.PilotStatus.Select(example => example.Event).Distinct().Count().ShouldBe(13);

    [Theory]
    [MemberData(nameof(PilotStatusExamples))]
    public void Pilot_status_example_becomes_an_envelope_of_the_platform(string name, string body)
    {
        var data = Detail(body);

        var envelope = Parse(WebhookFormats.Render("platform", Relayed(name, body)));

        envelope.GetProperty("id").GetString().ShouldBe($"evt_{EventId}");
        envelope.GetProperty("api_version").GetString().ShouldBe("2026-02-04");
        envelope.GetProperty("created_at").GetInt64().ShouldBe(At.ToUnixTimeSeconds());
        envelope.GetProperty("liveMode").GetBoolean().ShouldBeTrue();
        var content = envelope.GetProperty("data").GetProperty("object");
        switch (name)
        {
            case "message.sent" or "message.delivered" or "message.read" or "message.failed":
                envelope.GetProperty("type").GetString().ShouldBe("message.report");
                content.GetProperty("status").GetString().ShouldBe(name[8..].ToUpperInvariant());
                Same(content.GetProperty("recipient").GetProperty("customer_id"), data.GetProperty("messageId"));
                Same(content.GetProperty("recipient").GetProperty("phone_number"), data.GetProperty("to"));
                Same(content.GetProperty("timestamp"), data.GetProperty("createdAt"));
                Same(content.GetProperty("reported_at"), data.GetProperty("createdAt"));
                Same(content.GetProperty("id"), data.GetProperty("id"));
                break;
            case "message.received" or "message.reply" or "message.group" or "message.newsletter":
                envelope.GetProperty("type").GetString().ShouldBe("message.incoming");
                Same(content, data);
                break;
            default:
                envelope.GetProperty("type").GetString().ShouldBe(name);
                content.EnumerateObject().Select(member => member.Name).ShouldBe(data.EnumerateObject().Select(member => member.Name).Except(["event"]));
                break;
        }
    }

    [Theory]
    [MemberData(nameof(PilotStatusExamples))]
    public void Translation_there_and_back_keeps_what_both_schemas_know(string name, string body)
    {
        var there = WebhookFormats.Render("platform", Relayed(name, body));
        var type = Parse(there).GetProperty("type").GetString()!;

        var back = Parse(WebhookFormats.Render("pilot-status", Relayed(type, Encoding.UTF8.GetString(there.Span))));

        var incoming = name is "message.reply" or "message.group" or "message.newsletter";
        back.GetProperty("event").GetString().ShouldBe(incoming ? "message.received" : name);
        var (before, after) = (Detail(body), back.GetProperty("data"));
        foreach (var member in before.EnumerateObject().Where(member => member.Name != "event"))
        {
            Same(after.GetProperty(member.Name), member.Value);
        }
    }

    [Theory]
    [MemberData(nameof(PilotStatusExamples))]
    public void Pilot_status_example_passes_untouched_to_its_own_schema(string name, string body)
        => WebhookFormats.Render("pilot-status", Relayed(name, body)).ToArray().ShouldBe(Encoding.UTF8.GetBytes(body));

    [Theory]
    [MemberData(nameof(PlatformExamples))]
    public void Platform_example_passes_untouched_to_its_own_schema(string name, string body)
        => WebhookFormats.Render("platform", Relayed(name, body)).ToArray().ShouldBe(Encoding.UTF8.GetBytes(body));

    [Fact]
    public void Report_becomes_the_event_of_its_status()
    {
        var (name, body) = ProviderExamples.Platform[0];

        var translated = Parse(WebhookFormats.Render("pilot-status", Relayed(name, body)));

        translated.GetProperty("event").GetString().ShouldBe("message.read");
        var data = translated.GetProperty("data");
        data.GetProperty("messageId").GetString().ShouldBe("wamid.HBgN...");
        data.GetProperty("to").GetString().ShouldBe("+918189222313");
        data.GetProperty("numberId").GetString().ShouldBe("num_1");
        data.GetProperty("fromMe").GetBoolean().ShouldBeTrue();
        data.GetProperty("createdAt").GetString().ShouldBe("2026-05-13T12:46:25Z");
    }

    [Theory]
    [InlineData("SENT", "message.sent")]
    [InlineData("delivered", "message.delivered")]
    [InlineData("Failed", "message.failed")]
    [InlineData("PLAYED", "message.read")]
    public void Status_names_the_event_in_any_case(string status, string name)
        => Parse(WebhookFormats.Render("pilot-status", Relayed("message.report", $$"""{"id":"evt_1","type":"message.report","data":{"object":{"status":"{{status}}"} } }""")))
            .GetProperty("event").GetString().ShouldBe(name);

    [Fact]
    public void Incoming_message_becomes_a_received_one()
    {
        var (name, body) = ProviderExamples.Platform[1];

        var translated = Parse(WebhookFormats.Render("pilot-status", Relayed(name, body)));

        translated.GetProperty("event").GetString().ShouldBe("message.received");
        var data = translated.GetProperty("data");
        data.GetProperty("from").GetString().ShouldBe("+918189222313");
        data.GetProperty("content").GetString().ShouldBe("Hi 😀");
        data.GetProperty("messageId").GetString().ShouldBe("wamid.IN");
        data.GetProperty("fromMe").GetBoolean().ShouldBeFalse();
        data.GetProperty("text").GetProperty("body").GetString().ShouldBe("Hi 😀");
    }

    [Fact]
    public void Form_keeps_its_name_and_fields()
        => Encoding.UTF8.GetString(WebhookFormats.Render("pilot-status", Relayed("form.submitted", ProviderExamples.Platform[2].Body)).Span)
            .ShouldBe("""{"event":"form.submitted","data":{"form_id":"f1","fields":{"name":"Ana","age":41}}}""");

    [Theory]
    [InlineData("""{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"calls","value":{"calls":[{"id":"wacid.1"}]}}]}]}""")]
    [InlineData("""{"messaging_product":"whatsapp","calls":[{"id":"wacid.1"}]}""")]
    [InlineData("""{"event":"calls","data":{"calls":[{"id":"wacid.1"}]}}""")]
    public void Native_calls_pass_untouched_to_pilot_status_and_wrapped_to_the_platform(string body)
    {
        WebhookFormats.Render("pilot-status", Relayed("calls", body)).ToArray().ShouldBe(Encoding.UTF8.GetBytes(body));
        var envelope = Parse(WebhookFormats.Render("platform", Relayed("calls", body)));
        envelope.GetProperty("type").GetString().ShouldBe("calls");
        envelope.GetProperty("data").GetProperty("object").ToString().ShouldContain("wacid.1");
    }

    [Theory]
    [InlineData("platform", """{"event":"message.received","data":{"content":"half \ud83d","createdAt":7,"from":null,"deep":[[[1.0e2]]]}}""", "message.received", """half \ud83d""")]
    [InlineData("pilot-status", """{"id":"evt_1","type":"form.submitted","data":{"object":{"a":"half \ud83d","b":1.0e2}}}""", "form.submitted", """half \ud83d""")]
    public void Odd_values_come_through_as_they_were_written(string format, string body, string name, string kept)
    {
        var text = Encoding.UTF8.GetString(WebhookFormats.Render(format, Relayed(name, body)).Span);

        text.ShouldContain(kept);
        text.ShouldContain("1.0e2");
    }

    internal static RelayedEvent Relayed(string name, string body) => new(EventId, name, "num_1", At, Encoding.UTF8.GetBytes(body));

    internal static JsonElement Parse(ReadOnlyMemory<byte> body) => JsonDocument.Parse(body).RootElement;

    private static JsonElement Detail(string body)
    {
        var root = JsonDocument.Parse(body).RootElement;
        return root.TryGetProperty("data", out var data) ? data : root;
    }

    private static void Same(JsonElement actual, JsonElement expected) => JsonElement.DeepEquals(actual, expected).ShouldBeTrue($"{actual} is not {expected}");
}
