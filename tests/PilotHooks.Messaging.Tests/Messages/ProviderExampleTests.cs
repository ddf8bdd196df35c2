using System.Text.Json.Nodes;

namespace PilotHooks.Messaging.Tests.Messages;

/// <summary>Every example of the providers' documents, field by field, from their POST to our GET.</summary>
[Collection(MessagingCollection.Name)]
public sealed class ProviderExampleTests(MessagingSystem system)
{
    private readonly string _number = Events.Unique("cmm");
    private readonly string _id = Events.Unique("cmm04");
    private readonly string _messageId = Events.Unique("A522");

    [Fact]
    public async Task Sent_message_shows_every_field_of_its_event()
    {
        await system.PostAsync(Events.Status("sent", _number, _id, _messageId, "2026-02-24T15:00:05.000Z", new { correlationId = "corr_123" }));

        var message = await system.GetAsync($"v1/messages/{_id}");
        ShouldBe(message, $$"""
            {
              "id": "{{_id}}", "messageId": "{{_messageId}}", "correlationId": "corr_123", "numberId": "{{_number}}",
              "direction": "outbound", "kind": "direct", "from": "+5511888888888", "to": "+5511999999999",
              "type": "text", "content": "sent text", "media": null, "participantName": null, "group": null, "newsletter": null,
              "status": "sent", "queuedAt": null, "sentAt": "2026-02-24T15:00:05.000Z", "deliveredAt": null, "readAt": null,
              "failedAt": null, "receivedAt": null, "error": null, "errorCode": null, "inReplyTo": null, "replies": [],
              "createdAt": "2026-02-24T15:00:05.000Z", "updatedAt": "2026-02-24T15:00:05.000Z"
            }
            """);
    }

    [Fact]
    public async Task Delivered_and_read_add_their_times_to_the_sent_message()
    {
        await system.PostAsync(Events.Status("sent", _number, _id, _messageId, "2026-02-24T15:00:05.000Z"));
        await system.PostAsync(Events.Status("delivered", _number, _id, _messageId, "2026-02-24T15:00:06.000Z"));
        await system.PostAsync(Events.Status("read", _number, _id, _messageId, "2026-02-24T15:00:10.000Z"));

        var message = await system.GetAsync($"v1/messages/{_id}", found => found.Text("updatedAt") == "2026-02-24T15:00:10.000Z" && found["sentAt"] is not null && found["deliveredAt"] is not null);
        message.Text("status").ShouldBe("read");
        message.Text("sentAt").ShouldBe("2026-02-24T15:00:05.000Z");
        message.Text("deliveredAt").ShouldBe("2026-02-24T15:00:06.000Z");
        message.Text("readAt").ShouldBe("2026-02-24T15:00:10.000Z");
        message.Text("createdAt").ShouldBe("2026-02-24T15:00:05.000Z");
    }

    [Fact]
    public async Task Failed_message_without_a_message_id_shows_its_error()
    {
        await system.PostAsync(Events.Status("failed", _number, _id, null, "2026-02-24T15:00:05.000Z", new { error = "Failed to send message via Pilot Status.", errorCode = "DELIVER_NOT_CONFIRMED" }));

        var message = await system.GetAsync($"v1/messages/{_id}");
        message.Text("status").ShouldBe("failed");
        message["messageId"].ShouldBeNull();
        message.Text("failedAt").ShouldBe("2026-02-24T15:00:05.000Z");
        message.Text("error").ShouldBe("Failed to send message via Pilot Status.");
        message.Text("errorCode").ShouldBe("DELIVER_NOT_CONFIRMED");
    }

    [Fact]
    public async Task Received_image_shows_its_media_and_sender()
    {
        await system.PostAsync(Events.Inbound("received", _number, _id, _messageId, "2026-02-24T10:30:00.000Z", new
        {
            type = "image",
            content = "Check this photo",
            mediaLink = "https://example.com/photo",
            mediaType = "image",
            mediaCaption = "Check this photo",
            mediaFilename = "photo.jpg",
        }));

        ShouldBe(await system.GetAsync($"v1/messages/{_messageId}"), $$"""
            {
              "id": "{{_id}}", "messageId": "{{_messageId}}", "correlationId": null, "numberId": "{{_number}}",
              "direction": "inbound", "kind": "direct", "from": "+5511999999999", "to": "+5511888888888",
              "type": "image", "content": "Check this photo",
              "media": { "link": "https://example.com/photo", "type": "image", "caption": "Check this photo", "filename": "photo.jpg" },
              "participantName": "WhatsApp name", "group": null, "newsletter": null,
              "status": "received", "queuedAt": null, "sentAt": null, "deliveredAt": null, "readAt": null,
              "failedAt": null, "receivedAt": "2026-02-24T10:30:00.000Z", "error": null, "errorCode": null, "inReplyTo": null, "replies": [],
              "createdAt": "2026-02-24T10:30:00.000Z", "updatedAt": "2026-02-24T10:30:00.000Z"
            }
            """);
    }

    [Fact]
    public async Task Group_and_newsletter_messages_name_where_they_were_written()
    {
        await system.PostAsync(Events.Inbound("group", _number, _id, _messageId, "2026-02-24T10:30:00.000Z", new { groupId = "120363123456789012@g.us", groupName = "My Group" }));
        var other = Events.Unique("cmm04");
        await system.PostAsync(Events.Inbound("newsletter", _number, other, Events.Unique("msg"), "2026-02-24T10:30:00.000Z", new { newsletterId = "120363123456789012@newsletter", newsletterName = "My Channel" }));

        var group = await system.GetAsync($"v1/messages/{_id}");
        group.Text("kind").ShouldBe("group");
        group["group"]!.Json().ShouldBe("""{"id":"120363123456789012@g.us","name":"My Group"}""");
        group["newsletter"].ShouldBeNull();
        group.Text("from").ShouldBe(Events.Contact);
        var newsletter = await system.GetAsync($"v1/messages/{other}");
        newsletter.Text("kind").ShouldBe("newsletter");
        newsletter["newsletter"]!.Json().ShouldBe("""{"id":"120363123456789012@newsletter","name":"My Channel"}""");
        newsletter["group"].ShouldBeNull();
    }

    [Fact]
    public async Task Platform_report_of_an_unknown_message_is_a_message_of_its_own()
    {
        var wamid = Events.Unique("wamid.HBgN");
        await system.PostAsync(Events.Report(wamid, "READ", "2026-05-13T12:46:25Z"), "platform");

        ShouldBe(await system.GetAsync($"v1/messages/{wamid}"), $$"""
            {
              "id": null, "messageId": "{{wamid}}", "correlationId": null, "numberId": null,
              "direction": "outbound", "kind": "direct", "from": null, "to": "+918189222313",
              "type": null, "content": null, "media": null, "participantName": null, "group": null, "newsletter": null,
              "status": "read", "queuedAt": null, "sentAt": null, "deliveredAt": null, "readAt": "2026-05-13T12:46:25.000Z",
              "failedAt": null, "receivedAt": null, "error": null, "errorCode": null, "inReplyTo": null, "replies": [],
              "createdAt": "2026-05-13T12:46:25.000Z", "updatedAt": "2026-05-13T12:46:25.000Z"
            }
            """);
    }

    private static void ShouldBe(JsonObject message, string expected)
        => message.Json().ShouldBe(JsonNode.Parse(expected)!.Json());
}
