using System.Text.Json.Nodes;

namespace PilotHooks.Messaging.Tests.Messages;

/// <summary>Messages in Meta's own shape, and people without a phone number.</summary>
[Collection(MessagingCollection.Name)]
public sealed class MetaShapeTests(MessagingSystem system)
{
    private readonly string _wamid = Events.Unique("wamid.HBgN");
    private readonly string _user = Events.Unique("BR.");

    [Theory]
    [InlineData("""{"type":"text","text":{"body":"Tomorrow"}}""", "text", "Tomorrow")]
    [InlineData("""{"type":"interactive","interactive":{"list_reply":{"id":"r2","title":"Tomorrow"}}}""", "interactive", "Tomorrow")]
    [InlineData("""{"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"b1","title":"Yes"}}}""", "interactive", "Yes")]
    [InlineData("""{"type":"interactive","interactive":{"nfm_reply":{"name":"flow","body":"Sent","response_json":"{}"}}}""", "interactive", "Sent")]
    [InlineData("""{"type":"button","button":{"payload":"p","text":"Confirm"}}""", "button", "Confirm")]
    [InlineData("""{"type":"reaction","reaction":{"message_id":"wamid.none","emoji":"❤️"}}""", "reaction", "❤️")]
    [InlineData("""{"type":"location","location":{"latitude":1.5,"longitude":2,"name":"Shop","address":"Rua A"}}""", "location", "Shop, Rua A")]
    [InlineData("""{"type":"contacts","contacts":[{"name":{"formatted_name":"Ana"}},{"name":{"formatted_name":"Rui"}}]}""", "contacts", "Ana, Rui")]
    [InlineData("""{"type":"order","order":{"text":"Two, please","product_items":[{"quantity":2}]}}""", "order", "Two, please")]
    [InlineData("""{"interactive":{"list_reply":{"title":"Tomorrow"}}}""", "interactive", "Tomorrow")]
    public async Task Content_is_shown_whatever_its_type(string shape, string type, string content)
    {
        await PostAsync(shape);

        var message = await system.GetAsync($"v1/messages/{_wamid}");
        message.Text("from").ShouldBe(_user);
        message.Text("type").ShouldBe(type);
        message.Text("content").ShouldBe(content);
    }

    [Fact]
    public async Task Media_has_link_kind_caption_and_file_name()
    {
        await PostAsync("""{"type":"document","document":{"id":"77","mime_type":"application/pdf","sha256":"x","url":"https://example.com/a","caption":"Bill","filename":"bill.pdf"}}""");

        var message = await system.GetAsync($"v1/messages/{_wamid}");
        message["media"]!.Json().ShouldBe("""{"link":"https://example.com/a","type":"document","caption":"Bill","filename":"bill.pdf"}""");
        message.Text("content").ShouldBe("Bill");
    }

    [Theory]
    [InlineData("from_user_id")]
    [InlineData("user_id")]
    public async Task Contact_without_a_phone_number_has_a_conversation(string field)
    {
        await PostAsync($$"""{"type":"text","text":{"body":"hi"},"{{field}}":"{{_user}}"}""");
        await system.GetAsync($"v1/messages/{_wamid}");

        (await system.GetAsync($"v1/conversations?contact={_user}")).Items().Single().Text("contact").ShouldBe(_user);
        (await system.GetAsync($"v1/conversations/num_store/{_user}")).Items().Single().Text("content").ShouldBe("hi");
        (await system.GetAsync($"v1/messages?contact={_user}")).Items().Single().Text("messageId").ShouldBe(_wamid);
    }

    [Theory]
    [InlineData("""{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":VALUE}]}]}""")]
    [InlineData("""{"field":"messages","value":VALUE}""")]
    [InlineData("VALUE")]
    public async Task Every_message_of_an_envelope_is_stored(string envelope)
    {
        var other = Events.Unique("wamid.other");
        await system.PostAsync(Events.Envelope("message.incoming", JsonNode.Parse(envelope.Replace("VALUE", $$"""
            {"messaging_product":"whatsapp","metadata":{"display_phone_number":"551188","phone_number_id":"1"},
             "contacts":[{"profile":{"name":"Ana"},"user_id":"{{_user}}"}],
             "messages":[{"from_user_id":"{{_user}}","id":"{{_wamid}}","timestamp":"1772366400","type":"text","text":{"body":"one"} },
                         {"from_user_id":"{{_user}}","id":"{{other}}","timestamp":"1772366401","type":"text","text":{"body":"two"} }]}
            """, StringComparison.Ordinal))!), "store");

        var conversation = await system.GetAsync($"v1/conversations/num_store/{_user}", page => page.Items().Length == 2);
        conversation.Items().Select(item => (item.Text("content"), item.Text("participantName"), item.Text("to"))).ShouldBe([("one", "Ana", "+551188"), ("two", "Ana", "+551188")]);
        conversation.Items()[0].Text("receivedAt").ShouldBe("2026-03-01T12:00:00.000Z");
    }

    [Theory]
    [InlineData("""{"statuses":[{"id":"ID","status":"played","timestamp":"1772366400","recipient_id":"918189222313"}]}""")]
    [InlineData("""{"recipient":{"customer_id":"ID","phone_number":"+918189222313"},"status":"PLAYED","timestamp":"2026-03-01T12:00:00Z"}""")]
    public async Task Played_counts_as_read(string report)
    {
        await system.PostAsync(Events.Envelope("message.report", JsonNode.Parse(report.Replace("ID", _wamid, StringComparison.Ordinal))!), "platform");

        var message = await system.GetAsync($"v1/messages/{_wamid}");
        message.Text("status").ShouldBe("read");
        message.Text("readAt").ShouldBe("2026-03-01T12:00:00.000Z");
        message.Text("to").ShouldBe("+918189222313");
    }

    private Task PostAsync(string shape)
    {
        var message = JsonNode.Parse(shape)!.AsObject();
        message["id"] = _wamid;
        if (!message.ContainsKey("from_user_id") && !message.ContainsKey("user_id"))
        {
            message["from_user_id"] = _user;
        }

        return system.PostAsync(Events.Envelope("message.incoming", message), "store");
    }
}
