namespace PilotHooks.Messaging.Tests.Messages;

/// <summary>Ids that hold what paths are made of, and times that hold what no calendar does.</summary>
[Collection(MessagingCollection.Name)]
public sealed class IdentifierTests(MessagingSystem system)
{
    private readonly string _number = Events.Unique("cmm/a+");
    private readonly string _wamid = Events.Unique("wamid.QU/x9w==");

    [Theory]
    [InlineData("/x9w==")]
    [InlineData("+x%2Fy/z=")]
    [InlineData("//a")]
    public async Task Message_is_found_by_an_id_with_slashes(string odd)
    {
        var (id, wamid) = (Events.Unique("id" + odd), _wamid + odd);
        await system.PostAsync(Events.Status("sent", _number, id, wamid, "2026-03-01T12:00:00Z"));

        (await system.GetAsync($"v1/messages/{Uri.EscapeDataString(wamid)}")).Text("messageId").ShouldBe(wamid);
        (await system.GetAsync($"v1/messages/{Uri.EscapeDataString(id)}")).Text("messageId").ShouldBe(wamid);
    }

    [Fact]
    public async Task Message_without_an_id_is_found_by_a_message_id_with_slashes()
    {
        await system.PostAsync(Events.Status("sent", _number, null!, _wamid, "2026-03-01T12:00:00Z"));

        (await system.GetAsync($"v1/messages/{Uri.EscapeDataString(_wamid)}")).Text("messageId").ShouldBe(_wamid);
        (await system.GetAsync($"v1/messages/{_wamid}")).Text("messageId").ShouldBe(_wamid);
    }

    [Fact]
    public async Task Conversation_is_found_by_number_and_contact_with_slashes()
    {
        var contact = Events.Unique("US./x%2F=");
        await system.PostAsync(Events.Inbound("received", _number, Events.Unique("in"), _wamid, "2026-03-01T12:00:00Z", new { from = contact }));
        await system.GetAsync($"v1/messages/{Uri.EscapeDataString(_wamid)}");

        var path = $"v1/conversations/{Uri.EscapeDataString(_number)}/{Uri.EscapeDataString(contact)}";
        (await system.GetAsync(path)).Items().Single().Text("messageId").ShouldBe(_wamid);
    }

    [Theory]
    [InlineData("2026-03-01T12:00:00+0000", "2026-03-01T12:00:00.000Z")]
    [InlineData("2026-03-01 12:00:00 -0300", "2026-03-01T15:00:00.000Z")]
    [InlineData("1772366400500", "2026-03-01T12:00:00.500Z")]
    [InlineData("1772366400.25", "2026-03-01T12:00:00.250Z")]
    [InlineData("Sun, 01 Mar 2026 12:00:00 GMT", "2026-03-01T12:00:00.000Z")]
    public async Task Time_is_read_in_every_providers_form(string text, string at)
    {
        await system.PostAsync(Events.Status("delivered", _number, _wamid, null, text));

        (await system.GetAsync($"v1/messages/{Uri.EscapeDataString(_wamid)}")).Text("deliveredAt").ShouldBe(at);
    }

    [Fact]
    public async Task Clock_that_is_ahead_counts_as_the_arrival()
    {
        await system.PostAsync(Events.Inbound("received", _number, Events.Unique("in"), _wamid, "2046-03-01T12:00:00Z"));

        var received = (await system.GetAsync($"v1/messages/{Uri.EscapeDataString(_wamid)}")).Text("receivedAt");
        DateTimeOffset.Parse(received!, System.Globalization.CultureInfo.InvariantCulture).ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(5));
    }
}
