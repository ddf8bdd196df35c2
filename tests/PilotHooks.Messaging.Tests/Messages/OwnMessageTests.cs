namespace PilotHooks.Messaging.Tests.Messages;

/// <summary>Messages that the number itself sent, from the phone, and whom quotes and groups lead to.</summary>
[Collection(MessagingCollection.Name)]
public sealed class OwnMessageTests(MessagingSystem system)
{
    private readonly string _number = Events.Unique("cmm");
    private readonly string _id = Events.Unique("cmm04");
    private readonly string _wamid = Events.Unique("wamid.HBgN");

    [Theory]
    [InlineData("received", "direct")]
    [InlineData("group", "group")]
    [InlineData("newsletter", "newsletter")]
    [InlineData("reply", "direct")]
    public async Task Message_from_me_is_one_of_ours(string name, string kind)
    {
        await system.PostAsync(Events.Inbound(name, _number, _id, _wamid, "2026-03-01T12:00:00.000Z", new
        {
            fromMe = true,
            @from = Events.Own,
            to = Events.Contact,
            groupId = kind == "group" ? "1@g.us" : null,
            newsletterId = kind == "newsletter" ? "2@newsletter" : null,
        }));

        var message = await system.GetAsync($"v1/messages/{_id}");
        message.Text("direction").ShouldBe("outbound");
        message.Text("status").ShouldBe("sent");
        message.Text("kind").ShouldBe(kind);
        message.Text("sentAt").ShouldBe("2026-03-01T12:00:00.000Z");
        message["receivedAt"].ShouldBeNull();
        var contact = kind switch { "group" => "1@g.us", "newsletter" => "2@newsletter", _ => Events.Contact };
        (await system.GetAsync($"v1/conversations?numberId={_number}")).Items().Single().Text("contact").ShouldBe(contact);
        (await system.GetAsync($"v1/messages?numberId={_number}&status=sent")).Items().Length.ShouldBe(1);
    }

    [Fact]
    public async Task Incoming_message_from_me_is_one_of_ours()
    {
        await system.PostAsync(Events.Envelope("message.incoming", new { id = _wamid, from_me = true, from = "551188", to = "551199", text = new { body = "hi" } }), "store");

        var message = await system.GetAsync($"v1/messages/{_wamid}");
        message.Text("direction").ShouldBe("outbound");
        message.Text("status").ShouldBe("sent");
    }

    [Fact]
    public async Task Status_of_a_message_from_me_is_shown_with_it()
    {
        await system.PostAsync(Events.Inbound("received", _number, _id, _wamid, "2026-03-01T12:00:00.000Z", new { fromMe = true, @from = Events.Own, to = Events.Contact }));
        await system.PostAsync(Events.Status("read", _number, _id, _wamid, "2026-03-01T12:01:00.000Z"));

        var message = await system.GetAsync($"v1/messages/{_id}", found => found["readAt"] is not null && found["content"] is not null);
        message.Text("status").ShouldBe("read");
        message.Text("content").ShouldBe("Hi");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Quote_finds_another_participants_message_whichever_comes_first(bool quoteFirst)
    {
        var (reply, replyWamid) = (Events.Unique("in"), Events.Unique("wamid.r"));
        var group = new { groupId = "9@g.us" };
        var original = Events.Inbound("group", _number, _id, _wamid, "2026-03-01T12:00:00.000Z", new { group.groupId, @from = "+5511777777777", content = "Who comes?" });
        var quote = Events.Inbound("group", _number, reply, replyWamid, "2026-03-01T12:01:00.000Z", new { group.groupId, quotedMessageId = _wamid, content = "I do" });
        await system.PostAsync(quoteFirst ? quote : original);
        await system.PostAsync(quoteFirst ? original : quote);

        var shown = await system.GetAsync($"v1/messages/{reply}", found => found["inReplyTo"]!["matchedBy"] is not null);
        shown["inReplyTo"]!.Json().ShouldBe($$"""{"id":"{{_id}}","messageId":"{{_wamid}}","correlationId":null,"content":"Who comes?","matchedBy":"quotedMessageId"}""");
        (await system.GetAsync($"v1/messages/{_id}"))["replies"]!.AsArray().Single()!.Text("content").ShouldBe("I do");
    }

    [Fact]
    public async Task Our_answer_from_the_phone_finds_the_contacts_message()
    {
        var own = Events.Unique("own");
        await system.PostAsync(Events.Inbound("received", _number, _id, _wamid, "2026-03-01T12:00:00.000Z", new { content = "Open?" }));
        await system.PostAsync(Events.Inbound("reply", _number, own, Events.Unique("wamid.o"), "2026-03-01T12:01:00.000Z", new { fromMe = true, @from = Events.Own, to = Events.Contact, quotedMessageId = _wamid }));

        (await system.GetAsync($"v1/messages/{own}", found => found["inReplyTo"]?["matchedBy"] is not null))["inReplyTo"]!.Text("id").ShouldBe(_id);
    }

    [Fact]
    public async Task Quote_never_finds_a_message_of_another_number()
    {
        var reply = Events.Unique("in");
        await system.PostAsync(Events.Inbound("received", $"{_number}b", _id, _wamid, "2026-03-01T12:00:00.000Z"));
        await system.GetAsync($"v1/messages/{_id}");
        await system.PostAsync(Events.Inbound("reply", _number, reply, Events.Unique("wamid.r"), "2026-03-01T12:01:00.000Z", new { quotedMessageId = _wamid }));

        (await system.GetAsync($"v1/messages/{reply}"))["inReplyTo"]!["matchedBy"].ShouldBeNull();
    }

    [Theory]
    [InlineData("group")]
    [InlineData("newsletter")]
    public async Task Message_of_an_unknown_group_belongs_to_no_conversation(string name)
    {
        await system.PostAsync(Events.Inbound("received", _number, _id, _wamid, "2026-03-01T12:00:00.000Z"));
        await system.PostAsync(Events.Inbound(name, _number, $"{_id}g", $"{_wamid}g", "2026-03-01T12:01:00.000Z", new { participantName = "Somebody" }));
        (await system.GetAsync($"v1/messages/{_id}g")).Text("kind").ShouldBe(name);
        await system.GetAsync($"v1/messages/{_id}");

        var conversation = (await system.GetAsync($"v1/conversations?numberId={_number}")).Items().Single();
        conversation.Text("kind").ShouldBe("direct");
        conversation.Text("name").ShouldBe("WhatsApp name");
        conversation.Text("lastMessageAt").ShouldBe("2026-03-01T12:00:00.000Z");
        var contact = Uri.EscapeDataString(Events.Contact);
        (await system.GetAsync($"v1/conversations/{_number}/{contact}")).Items().Select(item => item.Text("id")).ShouldBe([_id]);
        (await system.GetAsync($"v1/messages?numberId={_number}&contact={contact}")).Items().Select(item => item.Text("id")).ShouldBe([_id]);
        (await system.GetAsync($"v1/messages?numberId={_number}")).Items().Length.ShouldBe(2);
    }

    [Fact]
    public async Task Unknown_group_alone_makes_no_conversation()
    {
        await system.PostAsync(Events.Inbound("group", _number, _id, _wamid, "2026-03-01T12:00:00.000Z"));
        await system.GetAsync($"v1/messages/{_id}");

        (await system.GetAsync($"v1/conversations?numberId={_number}")).Items().ShouldBeEmpty();
    }
}
