namespace PilotHooks.Messaging.Tests.Messages;

/// <summary>What the ingress accepted must not stop the merge, however odd.</summary>
[Collection(MessagingCollection.Name)]
public sealed class OddEventTests(MessagingSystem system)
{
    private readonly string _number = Events.Unique("cmm");
    private readonly string _id = Events.Unique("cmm04");

    [Theory]
    [InlineData("""{"content":"a\u0000b"}""", "ab")]
    [InlineData("""{"content":"a\ud800b"}""", "a\uFFFDb")]
    [InlineData("""{"content":42,"type":{"a":1},"media":"x"}""", "42")]
    [InlineData("""{"content":true,"correlationId":[1],"to":17,"error":{}}""", null)]
    [InlineData("""{"content":"x","\ud800":1,"unknown":{"deep":[[[[]]]]}}""", "x")]
    public async Task Odd_value_is_tolerated(string fields, string? content)
    {
        await PostWithAsync(fields);

        var message = await system.GetAsync($"v1/messages/{_id}");
        message.Text("content").ShouldBe(content);
        message.Text("status").ShouldBe("sent");
    }

    [Fact]
    public async Task Enormous_texts_and_identifiers_are_kept_and_found()
    {
        var messageId = new string('m', 100_000);
        var content = new string('c', 1_000_000);
        await PostWithAsync($$"""{"messageId":"{{messageId}}","to":"{{new string('9', 50_000)}}","correlationId":"{{messageId}}","content":"{{content}}"}""");

        var message = await system.GetAsync($"v1/messages/{_id}");
        message.Text("content").ShouldBe(content);
        (await system.GetAsync($"v1/messages/{message.Text("messageId")}")).Text("id").ShouldBe(_id);
    }

    [Fact]
    public async Task Fine_time_is_kept()
    {
        await PostWithAsync("""{"createdAt":"2026-02-24T15:00:05.1234567+03:00"}""");

        var message = await system.GetAsync($"v1/messages/{_id}");
        message.Text("sentAt").ShouldBe("2026-02-24T12:00:05.123Z");
        (await system.GetAsync($"v1/messages?numberId={_number}&limit=1")).Items().Single().Text("id").ShouldBe(_id);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59.999Z")]
    public async Task Event_without_a_time_that_can_be_has_that_of_its_arrival(string createdAt)
    {
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        await PostWithAsync($$"""{"createdAt":"{{createdAt}}"}""");

        var message = await system.GetAsync($"v1/messages/{_id}");
        DateTimeOffset.Parse(message.Text("sentAt")!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(before, DateTimeOffset.UtcNow.AddSeconds(1));
    }

    private Task PostWithAsync(string fields)
    {
        var time = fields.Contains("createdAt", StringComparison.Ordinal) ? "" : "\"createdAt\":\"2026-02-24T15:00:05.000Z\",";
        return system.PostAsync($$"""{"event":"message.sent","data":{"numberId":"{{_number}}","id":"{{_id}}",{{time}}{{fields[1..]}} }""");
    }
}
