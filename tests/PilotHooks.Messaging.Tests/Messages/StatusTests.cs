namespace PilotHooks.Messaging.Tests.Messages;

[Collection(MessagingCollection.Name)]
public sealed class StatusTests(MessagingSystem system)
{
    private readonly string _number = Events.Unique("cmm");
    private readonly string _id = Events.Unique("cmm04");
    private readonly string _messageId = Events.Unique("wamid.");

    [Theory]
    [InlineData("sent", "sent")]
    [InlineData("delivered sent", "delivered")]
    [InlineData("read", "read")]
    [InlineData("read delivered sent", "read")]
    [InlineData("failed sent", "failed")]
    [InlineData("sent failed", "failed")]
    [InlineData("failed delivered", "delivered")]
    [InlineData("read failed", "read")]
    public async Task Status_is_the_furthest_point_reached(string arrivals, string status)
    {
        var names = arrivals.Split(' ');
        foreach (var name in names)
        {
            await system.PostAsync(Events.Status(name, _number, _id, _messageId, At(name)));
        }

        var message = await system.GetAsync($"v1/messages/{_id}", found => names.All(name => found.Text($"{name}At") == At(name)));
        message.Text("status").ShouldBe(status);
    }

    [Fact]
    public async Task Error_stays_visible_after_a_delivery()
    {
        await system.PostAsync(Events.Status("delivered", _number, _id, _messageId, At("delivered")));
        await system.PostAsync(Events.Status("failed", _number, _id, null, At("failed"), new { error = "no answer", errorCode = "DELIVERY_TIMEOUT" }));

        var message = await system.GetAsync($"v1/messages/{_id}", found => found["failedAt"] is not null && found["deliveredAt"] is not null);
        message.Text("status").ShouldBe("delivered");
        message.Text("error").ShouldBe("no answer");
        message.Text("errorCode").ShouldBe("DELIVERY_TIMEOUT");
    }

    [Fact]
    public async Task Content_that_only_one_event_carries_stays()
    {
        await system.PostAsync(Events.Status("sent", _number, _id, _messageId, At("sent"), new { content = (string?)null, from = (string?)null }));
        await system.PostAsync(Events.Status("delivered", _number, _id, _messageId, At("delivered")));
        await system.PostAsync(Events.Status("read", _number, _id, _messageId, At("read"), new { content = "" }));

        var message = await system.GetAsync($"v1/messages/{_id}", found => found["sentAt"] is not null && found["deliveredAt"] is not null && found["readAt"] is not null);
        message.Text("content").ShouldBe("sent text");
        message.Text("from").ShouldBe(Events.Own);
    }

    [Fact]
    public async Task Same_id_in_both_directions_and_on_two_numbers_is_as_many_messages()
    {
        var other = Events.Unique("cmm");
        await system.PostAsync(Events.Status("sent", _number, _id, _messageId, "2026-02-24T15:00:05.000Z"));
        await system.PostAsync(Events.Inbound("received", _number, _id, Events.Unique("in"), "2026-02-24T15:00:06.000Z"));
        await system.PostAsync(Events.Inbound("group", other, _id, Events.Unique("in"), "2026-02-24T15:00:07.000Z"));

        (await system.GetAsync($"v1/messages?numberId={_number}", page => page.Items().Length == 2)).Items().Select(item => item.Text("direction")).ShouldBe(["inbound", "outbound"]);
        (await system.GetAsync($"v1/messages/{_id}", found => found.Text("numberId") == other)).Text("direction").ShouldBe("inbound");
        (await system.GetAsync($"v1/messages/{_id}?numberId={_number}")).Text("direction").ShouldBe("inbound");
        (await system.GetAsync($"v1/messages/{_messageId}")).Text("direction").ShouldBe("outbound");
    }

    [Fact]
    public async Task Message_id_on_two_numbers_is_the_newest_or_that_of_the_number_named()
    {
        var other = Events.Unique("cmm");
        await system.PostAsync(Events.Status("sent", _number, _id, _messageId, "2026-02-24T15:00:05.000Z"));
        await system.PostAsync(Events.Status("sent", other, Events.Unique("cmm04"), _messageId, "2026-02-24T15:00:06.000Z"));

        (await system.GetAsync($"v1/messages/{_messageId}", found => found.Text("numberId") == other)).Text("createdAt").ShouldBe("2026-02-24T15:00:06.000Z");
        (await system.GetAsync($"v1/messages/{_messageId}?numberId={_number}")).Text("id").ShouldBe(_id);
    }

    private static string At(string name) => $"2026-02-24T15:00:0{name switch { "sent" => 1, "failed" => 2, "delivered" => 3, _ => 4 }}.000Z";
}
