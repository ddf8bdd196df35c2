using PilotHooks.Ingress.Tests.Spool;
using PilotHooks.Ingress.Tests.Webhooks;
using StackExchange.Redis;
using static PilotHooks.Ingress.Tests.ProviderExamples;
using static PilotHooks.Ingress.Tests.Webhooks.WebhookEndpointTests;

namespace PilotHooks.Ingress.Tests.Deduplication;

public sealed class FormerIdsTests : OutageTest
{
    [Fact]
    public async Task Nobody_asks_for_ids_of_the_version_before_where_redis_was_empty_at_the_first_start()
    {
        await using var ingress = await StartAsync();
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        var body = Message("message.received", id: NewId());
        await using var redis = await ConnectionMultiplexer.ConnectAsync(Redis.ConnectionString);
        await redis.GetDatabase().StringSetAsync($"pilothooks:seen:{EventParserTests.Parse(body).FormerEventId:N}", "d");

        (await ingress.Client.PostOkAsync(body)).Status.ShouldBe("accepted");
        ((string?)await redis.GetDatabase().StringGetAsync("pilothooks:message-ids-of-a-number:since")).ShouldBe("0");
    }
}
