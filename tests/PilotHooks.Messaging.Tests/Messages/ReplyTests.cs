using System.Text.Json.Nodes;

namespace PilotHooks.Messaging.Tests.Messages;

[Collection(MessagingCollection.Name)]
public sealed class ReplyTests(MessagingSystem system)
{
    private readonly string _number = Events.Unique("cmm");
    private readonly string _id = Events.Unique("cmm04");
    private readonly string _messageId = Events.Unique("wamid.");
    private readonly string _correlationId = Events.Unique("corr");
    private readonly string _reply = Events.Unique("reply");

    [Fact]
    public async Task Reply_is_matched_when_its_original_arrives_later()
    {
        await ReplyAsync(_number, new { quotedMessageId = _messageId, correlationId = _correlationId, contentReplied = "Hi! Do you confirm your appointment?" });
        var before = await system.GetAsync($"v1/messages/{_reply}");
        before["inReplyTo"]!.Json().ShouldBe(Original(null, _messageId, _correlationId, "Hi! Do you confirm your appointment?", null));

        await SentAsync(_number);

        var after = await system.GetAsync($"v1/messages/{_reply}", found => found["inReplyTo"]!["matchedBy"] is not null);
        after["inReplyTo"]!.Json().ShouldBe(Original(_id, _messageId, _correlationId, "sent text", "quotedMessageId"));
    }

    [Fact]
    public async Task Original_lists_its_replies()
    {
        await SentAsync(_number);
        await ReplyAsync(_number, new { quotedMessageId = _messageId });
        await ReplyAsync(_number, new { correlationId = _correlationId, content = "And thanks", createdAt = "2026-02-24T15:11:00.000Z" }, $"{_reply}2");

        var original = await system.GetAsync($"v1/messages/{_id}", found => found["replies"]!.AsArray().Count == 2);
        original["replies"]!.AsArray().Select(reply => reply!.Text("id")).ShouldBe([_reply, $"{_reply}2"]);
        original["replies"]![1]!.Json().ShouldBe(
            $$"""{"id":"{{_reply}}2","messageId":"msg_{{_reply}}2","from":"+5511999999999","content":"And thanks","createdAt":"2026-02-24T15:11:00.000Z"}""");
    }

    [Fact]
    public async Task Correlation_id_matches_until_the_quoted_message_is_known()
    {
        var quotedId = Events.Unique("cmm04");
        var quotedMessageId = Events.Unique("wamid.");
        await SentAsync(_number);
        await ReplyAsync(_number, new { quotedMessageId, correlationId = _correlationId });
        var first = await system.GetAsync($"v1/messages/{_reply}");
        first["inReplyTo"]!.Text("id").ShouldBe(_id);
        first["inReplyTo"]!.Text("matchedBy").ShouldBe("correlationId");
        (await system.GetAsync($"v1/messages/{_id}"))["replies"]!.AsArray().Count.ShouldBe(1);

        await system.PostAsync(Events.Status("sent", _number, quotedId, quotedMessageId, "2026-02-24T15:00:04.000Z"));

        var second = await system.GetAsync($"v1/messages/{_reply}", found => found["inReplyTo"]!.Text("matchedBy") == "quotedMessageId");
        second["inReplyTo"]!.Text("id").ShouldBe(quotedId);
        (await system.GetAsync($"v1/messages/{_id}"))["replies"]!.AsArray().Count.ShouldBe(0);
        (await system.GetAsync($"v1/messages/{quotedId}"))["replies"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Neither_id_matches_a_message_of_another_number()
    {
        await SentAsync(Events.Unique("cmm"));
        await system.GetAsync($"v1/messages/{_id}");
        await ReplyAsync(_number, new { quotedMessageId = _messageId, correlationId = _correlationId });

        (await system.GetAsync($"v1/messages/{_reply}"))["inReplyTo"]!["matchedBy"].ShouldBeNull();
        (await system.GetAsync($"v1/messages/{_id}"))["replies"]!.AsArray().Count.ShouldBe(0);
    }

    [Fact]
    public async Task Reply_without_either_id_keeps_the_text_it_quotes()
    {
        await ReplyAsync(_number, new { contentReplied = "quoted" });

        (await system.GetAsync($"v1/messages/{_reply}"))["inReplyTo"]!.Json().ShouldBe(Original(null, null, null, "quoted", null));
    }

    [Fact]
    public async Task Quoted_text_stands_in_for_an_original_without_content()
    {
        await system.PostAsync(Events.Status("sent", _number, _id, _messageId, "2026-02-24T15:00:05.000Z", new { content = (string?)null }));
        await ReplyAsync(_number, new { quotedMessageId = _messageId, contentReplied = "quoted" });

        var reply = await system.GetAsync($"v1/messages/{_reply}", found => found["inReplyTo"]!["matchedBy"] is not null);
        reply["inReplyTo"]!.Text("content").ShouldBe("quoted");
    }

    [Fact]
    public async Task Send_is_found_by_the_correlation_id_that_its_reply_shares()
    {
        await ReplyAsync(_number, new { correlationId = _correlationId });
        await SentAsync(_number);

        (await system.GetAsync($"v1/messages/{_correlationId}")).Text("id").ShouldBe(_id);
    }

    private Task SentAsync(string number)
        => system.PostAsync(Events.Status("sent", number, _id, _messageId, "2026-02-24T15:00:05.000Z", new { correlationId = _correlationId }));

    private Task ReplyAsync(string number, object more, string? id = null)
        => system.PostAsync(Events.Inbound("reply", number, id ?? _reply, $"msg_{id ?? _reply}", "2026-02-24T15:10:00.000Z", more));

    private static string Original(string? id, string? messageId, string? correlationId, string? content, string? matchedBy)
        => new JsonObject { ["id"] = id, ["messageId"] = messageId, ["correlationId"] = correlationId, ["content"] = content, ["matchedBy"] = matchedBy }.Json();
}
