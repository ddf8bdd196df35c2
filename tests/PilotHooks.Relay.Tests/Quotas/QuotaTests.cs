using System.Net;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Quotas;

public sealed class QuotaTests(OwnBroker broker) : IClassFixture<OwnBroker>
{
    private readonly string _number = $"num_{Guid.NewGuid():N}";

    [Fact]
    public async Task Test_beyond_the_quota_is_a_429_on_every_replica_and_others_keep_theirs()
    {
        await using var relay = await StartAsync(("Relay__Quotas__TestsPerMinute", "2"));
        var id = await relay.SubscribeAsync(relay.Subscriber.Add(), numberId: _number);
        var path = $"/v1/webhooks/{id}/test";

        (await relay.CallAsync(HttpMethod.Post, path, keyOfNumber: _number)).Status.ShouldBe(HttpStatusCode.Accepted);
        (await relay.CallAsync(HttpMethod.Post, path, keyOfNumber: _number, replica: relay.Replicas[1])).Status.ShouldBe(HttpStatusCode.Accepted);
        foreach (var replica in relay.Replicas)
        {
            await ShouldBeLimitedAsync(relay, path, _number, replica);
        }

        (await relay.CallAsync(HttpMethod.Post, path)).Status.ShouldBe(HttpStatusCode.Accepted);
        (await relay.ReadAsync($"/v1/webhooks/{id}/stats")).GetProperty("total").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task Retries_and_replays_have_quotas_of_their_own()
    {
        await using var relay = await StartAsync(("Relay__Quotas__RetriesPerMinute", "2"), ("Relay__Quotas__ReplaysPerMinute", "1"));
        var url = relay.Subscriber.Add();
        var id = await relay.SubscribeAsync(url, numberId: _number);
        var sent = Events.Received(_number);
        await relay.Bus.PublishAsync(sent);
        await relay.StatsAsync(id, stats => stats.GetProperty("successful").GetInt32() == 1);
        var delivery = (await relay.ReadAsync($"/v1/webhooks/{id}/logs")).GetProperty("items")[0].GetProperty("deliveryId").GetString();

        (await relay.CallAsync(HttpMethod.Post, $"/v1/deliveries/{delivery}/retry")).Status.ShouldBe(HttpStatusCode.Accepted);
        (await relay.CallAsync(HttpMethod.Post, $"/v1/webhooks/{id}/retry-failed")).Status.ShouldBe(HttpStatusCode.Accepted);
        await ShouldBeLimitedAsync(relay, $"/v1/deliveries/{delivery}/retry");
        await ShouldBeLimitedAsync(relay, $"/v1/webhooks/{id}/retry-failed");
        (await relay.CallAsync(HttpMethod.Post, $"/v1/events/{sent.EventId}/replay?redeliver=true")).Status.ShouldBe(HttpStatusCode.Accepted);
        await ShouldBeLimitedAsync(relay, $"/v1/events/{sent.EventId}/replay?redeliver=true");
        (await relay.ReceivedAsync(url, 3)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Quota_fills_again_with_time()
    {
        await using var relay = await StartAsync(("Relay__Quotas__TestsPerMinute", "60"));
        var path = $"/v1/webhooks/{await relay.SubscribeAsync(relay.Subscriber.Add())}/test";

        var answers = await Task.WhenAll(Enumerable.Range(0, 80).Select(i => relay.CallAsync(HttpMethod.Post, path, replica: relay.Replicas[i % 2])));

        var taken = answers.Count(answer => answer.Status == HttpStatusCode.Accepted);
        // One more for each second that these calls took.
        taken.ShouldBeInRange(60, 75);
        answers.ShouldContain(answer => answer.Status == HttpStatusCode.TooManyRequests);
        await Eventually.GetAsync(() => relay.CallAsync(HttpMethod.Post, path), answer => answer.Status == HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Endpoint_beyond_the_number_there_may_be_is_a_409_until_one_is_deleted()
    {
        await using var relay = await StartAsync(("Relay__Quotas__EndpointsPerNumber", "3"), ("Relay__Quotas__Endpoints", "5"));
        var body = new { url = relay.Subscriber.Add(), name = "one of many", events = new[] { "*" } };

        // Together, on both replicas.
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => relay.CallAsync(HttpMethod.Post, "/v1/webhooks", body, _number, relay.Replicas[i % 2])));

        answers.Count(answer => answer.Status == HttpStatusCode.Created).ShouldBe(3);
        answers.Count(answer => answer.Status == HttpStatusCode.Conflict).ShouldBe(5);
        // Those of all numbers are counted apart, and all together.
        (await relay.CallAsync(HttpMethod.Post, "/v1/webhooks", body)).Status.ShouldBe(HttpStatusCode.Created);
        (await relay.CallAsync(HttpMethod.Post, "/v1/webhooks", body)).Status.ShouldBe(HttpStatusCode.Created);
        (await relay.CallAsync(HttpMethod.Post, "/v1/webhooks", body)).Status.ShouldBe(HttpStatusCode.Conflict);
        var made = answers.First(answer => answer.Status == HttpStatusCode.Created).Body.GetProperty("id").GetString();
        await relay.SendAsync(HttpMethod.Delete, $"/v1/webhooks/{made}");
        (await relay.CallAsync(HttpMethod.Post, "/v1/webhooks", body, _number)).Status.ShouldBe(HttpStatusCode.Created);
    }

    private static async Task ShouldBeLimitedAsync(RelaySystem relay, string path, string? keyOfNumber = null, ServiceProcess? replica = null)
    {
        var (status, problem, response) = await relay.CallAsync(HttpMethod.Post, path, keyOfNumber: keyOfNumber, replica: replica);
        status.ShouldBe(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
        problem.GetProperty("detail").GetString()!.ShouldContain("a minute");
    }

    private async Task<RelaySystem> StartAsync(params (string Name, string Value)[] settings)
        => await RelaySystem.StartAsync(broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, replicas: 2, settings);
}
