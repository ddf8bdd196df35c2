namespace PilotHooks.Messaging.Tests.Messages;

[Collection(MessagingCollection.Name)]
public sealed class PlatformTests(MessagingSystem system)
{
    private readonly string _number = Events.Unique("cmm");
    private readonly string _id = Events.Unique("cmm04");
    private readonly string _wamid = Events.Unique("wamid.HBgN");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Report_belongs_to_the_message_with_that_message_id_whichever_comes_first(bool reportFirst)
    {
        var report = Events.Report(_wamid, "Read", "2026-05-13T12:46:25Z", Events.Contact);
        var sent = Events.Status("sent", _number, _id, _wamid, "2026-05-13T12:46:20.000Z");
        await system.PostAsync(reportFirst ? report : sent, reportFirst ? "platform" : "whatsapp");
        await system.GetAsync($"v1/messages/{_wamid}");
        await system.PostAsync(reportFirst ? sent : report, reportFirst ? "whatsapp" : "platform");

        var message = await system.GetAsync($"v1/messages/{_wamid}", found => found["readAt"] is not null && found["sentAt"] is not null);
        message.Text("id").ShouldBe(_id);
        message.Text("status").ShouldBe("read");
        message.Text("readAt").ShouldBe("2026-05-13T12:46:25.000Z");
        message.Text("updatedAt").ShouldBe("2026-05-13T12:46:25.000Z");
        (await system.GetAsync($"v1/messages?contact={Uri.EscapeDataString(Events.Contact)}&limit=200")).Items().Count(item => item.Text("messageId") == _wamid).ShouldBe(1);
        (await system.GetAsync($"v1/messages?numberId={_number}&status=read")).Items().Select(item => item.Text("id")).ShouldBe([_id]);
    }

    [Fact]
    public async Task Failed_report_shows_the_failure_of_a_known_message()
    {
        await system.PostAsync(Events.Status("sent", _number, _id, _wamid, "2026-05-13T12:46:20.000Z"));
        await system.PostAsync(Events.Report(_wamid, "FAILED", "2026-05-13T12:46:25Z", more: new { errors = new[] { new { code = 131026, message = "undeliverable" } } }), "platform");

        var message = await system.GetAsync($"v1/messages/{_id}", found => found["failedAt"] is not null);
        message.Text("status").ShouldBe("failed");
        message.Text("error").ShouldBe("undeliverable");
        message.Text("errorCode").ShouldBe("131026");
        (await system.GetAsync($"v1/messages?numberId={_number}&status=failed")).Items().Select(item => item.Text("id")).ShouldBe([_id]);
        (await system.GetAsync($"v1/messages?numberId={_number}&status=sent")).Items().ShouldBeEmpty();
    }

    [Fact]
    public async Task Unknown_status_changes_nothing()
    {
        await system.PostAsync(Events.Report(_wamid, "DELIVERED", "2026-05-13T12:46:25Z"), "platform");
        await system.PostAsync(Events.Report(_wamid, "WARNED", "2026-05-13T12:46:30Z"), "platform");
        await system.PostAsync(Events.Report(_wamid, "SENT", "2026-05-13T12:46:20Z"), "platform");

        var message = await system.GetAsync($"v1/messages/{_wamid}", found => found["sentAt"] is not null && found["deliveredAt"] is not null);
        message.Text("status").ShouldBe("delivered");
        message.Text("updatedAt").ShouldBe("2026-05-13T12:46:25.000Z");
    }

    [Fact]
    public async Task Report_without_a_timestamp_has_the_time_of_its_report()
    {
        await system.PostAsync(Events.Report(_wamid, "SENT", "2026-05-13T12:46:25Z", more: new { timestamp = (string?)null }), "platform");

        (await system.GetAsync($"v1/messages/{_wamid}")).Text("sentAt").ShouldBe("2026-05-13T12:54:54.719Z");
    }

    [Fact]
    public async Task Report_of_a_source_with_a_number_belongs_to_that_number()
    {
        await system.PostAsync(Events.Status("sent", _number, _id, _wamid, "2026-05-13T12:46:20.000Z"));
        await system.PostAsync(Events.Report(_wamid, "READ", "2026-05-13T12:46:25Z"), "store");

        (await system.GetAsync($"v1/messages/{_wamid}?numberId=num_store")).Text("status").ShouldBe("read");
        (await system.GetAsync($"v1/messages/{_wamid}?numberId={_number}")).Text("status").ShouldBe("sent");
    }

    [Theory]
    [InlineData("""{"id":"ID","from":"918189222313","type":"text","text":{"body":"Hello"},"timestamp":"1747147674","profile":{"name":"Asha"}}""")]
    [InlineData("""{"message_id":"ID","sender":{"phone_number":"+918189222313","name":"Asha"},"text":"Hello","timestamp":"2025-05-13T14:47:54Z"}""")]
    [InlineData("""{"messageId":"ID","from":"+918189222313","senderName":"Asha","content":"Hello","createdAt":"2025-05-13T14:47:54.000Z","type":"text"}""")]
    [InlineData("""{"customer":{"phoneNumber":"+918189222313","name":"Asha"},"message":{"wamid":"ID","type":"text","text":{"body":"Hello"},"timestamp":1747147674}}""")]
    public async Task Incoming_message_is_read_from_wherever_its_parts_stand(string shape)
    {
        await system.PostAsync(Incoming(shape), "platform");

        var message = await system.GetAsync($"v1/messages/{_wamid}");
        message["id"].ShouldBeNull();
        message.Text("messageId").ShouldBe(_wamid);
        message.Text("direction").ShouldBe("inbound");
        message.Text("kind").ShouldBe("direct");
        message.Text("status").ShouldBe("received");
        message.Text("from").ShouldBe("+918189222313");
        message.Text("participantName").ShouldBe("Asha");
        message.Text("type").ShouldBe("text");
        message.Text("content").ShouldBe("Hello");
        message.Text("receivedAt").ShouldBe("2025-05-13T14:47:54.000Z");
        message["numberId"].ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"id":"ID","from":"918189222313","type":"image","image":{"link":"https://example.com/a.jpg","caption":"Look","mime_type":"image/jpeg"}}""", "image", null)]
    [InlineData("""{"id":"ID","from":"918189222313","document":{"url":"https://example.com/a.jpg","caption":"Look","filename":"a.pdf"}}""", "document", "a.pdf")]
    [InlineData("""{"id":"ID","from":"918189222313","type":"video","media_url":"https://example.com/a.jpg","caption":"Look","media_type":"video"}""", "video", null)]
    [InlineData("""{"id":"ID","from":"918189222313","type":"audio","media":{"url":"https://example.com/a.jpg","type":"audio","caption":"Look","file_name":"a.ogg"}}""", "audio", "a.ogg")]
    public async Task Incoming_media_is_read_from_wherever_it_stands(string shape, string type, string? filename)
    {
        await system.PostAsync(Incoming(shape), "platform");

        var message = await system.GetAsync($"v1/messages/{_wamid}");
        message.Text("type").ShouldBe(type);
        message["media"]!.Text("link").ShouldBe("https://example.com/a.jpg");
        message["media"]!.Text("type").ShouldBe(type);
        message["media"]!.Text("caption").ShouldBe("Look");
        message["media"]!.Text("filename").ShouldBe(filename);
        message.Text("content").ShouldBe("Look");
    }

    [Fact]
    public async Task Incoming_message_with_a_context_replies_to_the_reported_one()
    {
        var quoted = Events.Unique("wamid.HBgN");
        await system.PostAsync(Events.Report(quoted, "READ", "2026-05-13T12:46:25Z"), "platform");
        await system.PostAsync(Incoming("""{"id":"ID","from":"918189222313","text":{"body":"Yes"},"context":{"id":"QUOTED"}}""".Replace("QUOTED", quoted, StringComparison.Ordinal)), "platform");

        var reply = await system.GetAsync($"v1/messages/{_wamid}", found => found["inReplyTo"]!["matchedBy"] is not null);
        reply["inReplyTo"]!.Text("messageId").ShouldBe(quoted);
        (await system.GetAsync($"v1/messages/{quoted}"))["replies"]!.AsArray().Single()!.Text("content").ShouldBe("Yes");
    }

    private string Incoming(string shape)
        => Events.Envelope("message.incoming", System.Text.Json.Nodes.JsonNode.Parse(shape.Replace("ID", _wamid, StringComparison.Ordinal))!);
}
