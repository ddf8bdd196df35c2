using System.Text.Json;
using PilotHooks.Relay.Formats;

namespace PilotHooks.Relay.Tests.Formats;

/// <summary>Messages and statuses in Meta's shape, which the platform may hand on: read for chats and for translation as for the list of messages.</summary>
public sealed class MetaShapeTests
{
    public static TheoryData<string, string, string?> Messages => new()
    {
        { """{"type":"text","text":{"body":"Hi"}}""", "text", "Hi" },
        { """{"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"b1","title":"Yes"}}}""", "interactive", "Yes" },
        { """{"type":"interactive","interactive":{"list_reply":{"id":"r2","title":"Tomorrow"}}}""", "interactive", "Tomorrow" },
        { """{"type":"interactive","interactive":{"nfm_reply":{"name":"flow","body":"Sent","response_json":"{}"}}}""", "interactive", "Sent" },
        { """{"type":"button","button":{"text":"Confirm","payload":"p1"}}""", "button", "Confirm" },
        { """{"type":"reaction","reaction":{"message_id":"wamid.y0","emoji":"👍🏽"}}""", "reaction", "👍🏽" },
        { """{"type":"image","image":{"id":"1","mime_type":"image/jpeg","caption":"Look"}}""", "image", "Look" },
        { """{"type":"document","document":{"id":"1","filename":"a.pdf","caption":"Bill"}}""", "document", "Bill" },
        { """{"type":"location","location":{"latitude":-23.5,"longitude":-46.6,"name":"Shop","address":"Rua A, 1"}}""", "location", "Shop, Rua A, 1" },
        { """{"type":"contacts","contacts":[{"name":{"formatted_name":"Ana Lima"}},{"name":{"formatted_name":"Rui Sá"}}]}""", "contacts", "Ana Lima, Rui Sá" },
        { """{"type":"order","order":{"catalog_id":"c1","text":"Without onions","product_items":[]}}""", "order", "Without onions" },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Message_is_told_to_pilot_status_and_to_chats_by_its_content(string message, string type, string? content)
    {
        var body = Incoming(message, """ "from_user_id":"BR.777","context":{"id":"wamid.y0"},"timestamp":"1772366400" """);

        var data = Data(body);
        data.GetProperty("from").GetString().ShouldBe("BR.777");
        data.GetProperty("type").GetString().ShouldBe(type);
        data.GetProperty("content").GetString().ShouldBe(content);
        data.GetProperty("messageId").GetString().ShouldBe("wamid.z1");
        data.GetProperty("quotedMessageId").GetString().ShouldBe("wamid.y0");
        data.GetProperty("createdAt").GetString().ShouldBe("2026-03-01T12:00:00.000Z");
        // What has no name of Pilot Status's stays as it was.
        data.GetProperty("context").GetProperty("id").GetString().ShouldBe("wamid.y0");

        Slack(body).ShouldBe($"message.incoming (from BR.777): {content}");
        Teams(body).ShouldBe(["message.incoming", "from BR.777", content]);
    }

    [Theory]
    [InlineData(""" "from":"5511999999999" """, "5511999999999")]
    [InlineData(""" "from":"5511999999999","from_user_id":"BR.777" """, "5511999999999")]
    [InlineData(""" "from":null,"from_user_id":"BR.777","user_id":"BR.778" """, "BR.777")]
    [InlineData(""" "user_id":"BR.778" """, "BR.778")]
    public void Sender_is_the_phone_number_or_else_the_user_id(string fields, string from)
    {
        var body = Incoming("""{"type":"text","text":{"body":"Hi"}}""", fields);

        Data(body).GetProperty("from").GetString().ShouldBe(from);
        Slack(body).ShouldBe($"message.incoming (from {from}): Hi");
    }

    [Fact]
    public void Media_are_told_by_the_names_of_pilot_status()
    {
        var data = Data(Incoming("""{"type":"document","document":{"link":"https://example.com/a.pdf","filename":"a.pdf","caption":"Bill"}}""", """ "from":"5511999999999" """));

        (data.GetProperty("mediaLink").GetString(), data.GetProperty("mediaType").GetString(), data.GetProperty("mediaCaption").GetString(), data.GetProperty("mediaFilename").GetString())
            .ShouldBe(("https://example.com/a.pdf", "document", "Bill", "a.pdf"));
    }

    [Theory]
    [InlineData("""{"id":"wamid.a","status":"delivered","recipient_id":"5511999999999","timestamp":"1772366400"}""", "message.delivered", "5511999999999")]
    [InlineData("""{"id":"wamid.a","status":"played","recipient_user_id":"BR.777","timestamp":"1772366400"}""", "message.read", "BR.777")]
    public void Status_becomes_its_event(string status, string name, string to)
    {
        var translated = Translate("message.report", $$"""{"id":"evt_1","type":"message.report","data":{"object":{{status}} } }""");

        translated.GetProperty("event").GetString().ShouldBe(name);
        var data = translated.GetProperty("data");
        (data.GetProperty("messageId").GetString(), data.GetProperty("to").GetString(), data.GetProperty("createdAt").GetString()).ShouldBe(("wamid.a", to, "2026-03-01T12:00:00.000Z"));
    }

    [Fact]
    public void Failure_is_told_with_its_reason()
    {
        const string body = """{"id":"evt_1","type":"message.report","data":{"object":{"id":"wamid.a","status":"failed","recipient_id":"551199","errors":[{"code":131026,"title":"Message undeliverable"}]}}}""";

        var data = Translate("message.report", body).GetProperty("data");
        (data.GetProperty("error").GetString(), data.GetProperty("errorCode").GetString()).ShouldBe(("Message undeliverable", "131026"));
        Slack(body, "message.report").ShouldBe("message.report (to 551199, status failed, error Message undeliverable)");
    }

    [Theory]
    [InlineData("\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466")]
    [InlineData("e\u0301")]
    [InlineData("\U0001F1E7\U0001F1F7")]
    [InlineData("\U0001F44D\U0001F3FD")]
    public void Long_text_is_cut_between_characters_as_people_see_them(string character)
    {
        for (var before = 0; before < 12; before++)
        {
            var text = new string('x', before) + string.Concat(Enumerable.Repeat(character, 2000));
            var body = JsonSerializer.Serialize(new { @event = "message.received", data = new { content = text } });

            foreach (var cut in new[] { Slack(body, "message.received")["message.received: ".Length..], Teams(body, "message.received")[1]! })
            {
                cut.Length.ShouldBeInRange(1900, 2010);
                var whole = cut.TrimEnd('…');
                text.ShouldStartWith(whole);
                ((whole.Length - before) % character.Length).ShouldBe(0);
            }
        }
    }

    private static string Incoming(string message, string fields) => $$"""{"id":"evt_1","type":"message.incoming","created_at":1772366400,"data":{"object":{"id":"wamid.z1",{{fields}},{{message[1..^1]}} } } }""";

    private static JsonElement Translate(string name, string body) => TranslationTests.Parse(WebhookFormats.Render("pilot-status", TranslationTests.Relayed(name, body)));

    private static JsonElement Data(string body)
    {
        var translated = Translate("message.incoming", body);
        translated.GetProperty("event").GetString().ShouldBe("message.received");
        return translated.GetProperty("data");
    }

    private static string Slack(string body, string name = "message.incoming")
        => TranslationTests.Parse(WebhookFormats.Render("slack", TranslationTests.Relayed(name, body))).GetProperty("text").GetString()!;

    private static string?[] Teams(string body, string name = "message.incoming")
        => [.. TranslationTests.Parse(WebhookFormats.Render("teams", TranslationTests.Relayed(name, body))).GetProperty("attachments")[0].GetProperty("content").GetProperty("body")
            .EnumerateArray().Select(line => line.GetProperty("inlines")[0].GetProperty("text").GetString())];
}
