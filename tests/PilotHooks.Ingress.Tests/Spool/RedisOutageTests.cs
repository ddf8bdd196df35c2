using System.Net;
using PilotHooks.TestSupport;
using static PilotHooks.Ingress.Tests.ProviderExamples;
using static PilotHooks.Ingress.Tests.Webhooks.WebhookEndpointTests;

namespace PilotHooks.Ingress.Tests.Spool;

/// <summary>Days on which Redis is away or hangs, alone or with the broker.</summary>
public sealed class RedisOutageTests : OutageTest
{
    [Fact]
    public async Task Without_redis_events_are_accepted_again_and_again_with_the_same_id()
    {
        await using var ingress = await StartAsync();
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        await Redis.KillAsync();

        var body = Message("message.received", id: NewId());
        var first = await ingress.Client.AcceptAsync(body);
        (await ingress.Client.AcceptAsync(body)).ShouldBe(first);
        await using var queues = await QueueReader.StartAsync(Broker.ConnectionString);
        (await queues.GetAsync(first, queues: 4)).ShouldAllBe(message => message.Body.SequenceEqual(body));
        await ingress.WaitUntilHealthyAsync();

        await Redis.StartAsync();
        await Eventually.GetAsync(() => ingress.Client.PostOkAsync(body), answer => answer == ("duplicate", first));
    }

    [Fact]
    public async Task With_both_away_the_provider_keeps_the_event_and_its_retry_gets_in()
    {
        await using var ingress = await StartAsync();
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        await Broker.KillAsync();
        await Redis.KillAsync();

        var body = Message("message.received", id: NewId());
        for (var i = 0; i < 3; i++)
        {
            using var refused = await ingress.Client.PostAsync("whatsapp", body);
            await refused.ReadProblemAsync(HttpStatusCode.ServiceUnavailable);
            refused.Headers.RetryAfter?.Delta.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.Zero);
        }

        using (var health = await ingress.Client.GetAsync(new Uri("health", UriKind.Relative)))
        {
            health.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        }

        await Task.WhenAll(Broker.StartAsync(), Redis.StartAsync());
        var eventId = await Eventually.GetAsync(
            async () =>
            {
                using var response = await ingress.Client.PostAsync("whatsapp", body);
                return response.IsSuccessStatusCode ? await response.ReadAnswerAsync() : default;
            },
            answer => answer.Status == "accepted");
        await using var queues = await QueueReader.StartAsync(Broker.ConnectionString);
        (await queues.GetAsync(eventId.EventId)).ShouldAllBe(message => message.Body.SequenceEqual(body));
    }

    [Fact]
    public async Task Redis_that_hangs_holds_nobody_up()
    {
        var parts = Redis.ConnectionString.Split(',', 2);
        await using var wire = new Wire(int.Parse(parts[0].Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
        await using var ingress = await StartAsync(redis: $"127.0.0.1:{wire.Port},{parts[1]}");
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        wire.Hold();

        var body = Message("message.received", id: NewId());
        var first = await ingress.Client.AcceptAsync(body);
        (await ingress.Client.AcceptAsync(body)).ShouldBe(first);
        wire.Release();
        await Eventually.GetAsync(() => ingress.Client.PostOkAsync(body), answer => answer == ("duplicate", first));
    }
}
