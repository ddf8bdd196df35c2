using System.Globalization;

namespace PilotHooks.Messaging.Tests.Messages;

/// <summary>Edits and revokes, which are about another message.</summary>
[Collection(MessagingCollection.Name)]
public sealed class RevisionTests(MessagingSystem system)
{
    private readonly string _wamid = Events.Unique("wamid.HBgN");
    private readonly string _user = Events.Unique("BR.");

    [Theory]
    [InlineData("original,edit1,edit2")]
    [InlineData("edit2,edit1,original")]
    [InlineData("edit2,original,edit1,original,edit2")]
    public async Task Latest_edit_is_the_content_whatever_came_first(string order)
    {
        await PostAsync(order);

        var message = await system.GetAsync($"v1/messages/{_wamid}", found => found.Text("content") == "edit2");
        message.Text("editedAt").ShouldBe("2026-03-01T12:00:02.000Z");
        message["revokedAt"].ShouldBeNull();
        message.Text("createdAt").ShouldBe("2026-03-01T12:00:00.000Z");
        message.Text("updatedAt").ShouldBe("2026-03-01T12:00:02.000Z");
        message.Text("type").ShouldBe("text");
        (await system.GetAsync($"v1/conversations/num_store/{_user}")).Items().Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("original,edit1,revoke3")]
    [InlineData("revoke3,original,edit1")]
    [InlineData("edit1,revoke3,original,revoke3")]
    public async Task Revoke_erases_the_content_whatever_came_first(string order)
    {
        await PostAsync(order);

        var message = await system.GetAsync($"v1/messages/{_wamid}", found => found.Text("editedAt") is not null && found.Text("revokedAt") is not null);
        message.Text("revokedAt").ShouldBe("2026-03-01T12:00:03.000Z");
        message["content"].ShouldBeNull();
        message["media"].ShouldBeNull();
        (await system.GetAsync($"v1/messages?contact={_user}&text=original")).Items().ShouldBeEmpty();
        (await system.GetAsync($"v1/messages?contact={_user}&text=edit1")).Items().ShouldBeEmpty();
    }

    [Fact]
    public async Task Edited_text_is_found_and_the_former_one_is_not()
    {
        await PostAsync("original,edit1");
        await system.GetAsync($"v1/messages/{_wamid}", found => found.Text("content") == "edit1");

        (await system.GetAsync($"v1/messages?contact={_user}&text=EDIT1")).Items().Single().Text("messageId").ShouldBe(_wamid);
        (await system.GetAsync($"v1/messages?contact={_user}&text=original")).Items().ShouldBeEmpty();
    }

    [Fact]
    public async Task Reply_to_a_revoked_message_does_not_tell_what_it_said()
    {
        await PostAsync("original,revoke1");
        var reply = Events.Unique("wamid.reply");
        await system.PostAsync(
            Events.Envelope("message.incoming", new { id = reply, from_user_id = _user, text = "ok", contentReplied = "original", context = new { id = _wamid } }), "store");

        var shown = await system.GetAsync($"v1/messages/{reply}", found => found["inReplyTo"]!["matchedBy"] is not null);
        shown["inReplyTo"]!["content"].ShouldBeNull();
    }

    [Fact]
    public async Task Edit_of_a_message_of_ours_changes_it()
    {
        var (number, id) = (Events.Unique("cmm"), Events.Unique("cmm04"));
        await system.PostAsync(Events.Status("sent", number, id, _wamid, "2026-03-01T12:00:00.000Z"));
        await PostAsync("edit1", "platform");

        (await system.GetAsync($"v1/messages/{id}", found => found["editedAt"] is not null)).Text("content").ShouldBe("edit1");
    }

    /// <summary>The events by their names; the digit of a name is its second.</summary>
    private async Task PostAsync(string order, string source = "store")
    {
        foreach (var name in order.Split(','))
        {
            var second = char.IsAsciiDigit(name[^1]) ? name[^1] - '0' : 0;
            var at = new DateTimeOffset(2026, 3, 1, 12, 0, second, TimeSpan.Zero).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            var id = name == "original" ? _wamid : $"{_wamid}_{name}";
            object message = name switch
            {
                "original" => new { id, from_user_id = _user, timestamp = at, type = "text", text = new { body = name } },
                ['e', ..] => new { id, from_user_id = _user, timestamp = at, type = "edit", edit = new { original_message_id = _wamid, message = new { type = "text", text = new { body = name } } } },
                _ => new { id, from_user_id = _user, timestamp = at, type = "revoke", revoke = new { original_message_id = _wamid } },
            };
            await system.PostAsync(Events.Envelope("message.incoming", message), source);
        }
    }
}
