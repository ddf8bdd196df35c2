using System.Net;
using PilotHooks.Contracts;
using PilotHooks.TestSupport;
using RabbitMQ.Client;
using static PilotHooks.Ingress.Tests.ProviderExamples;
using static PilotHooks.Ingress.Tests.Webhooks.WebhookEndpointTests;

namespace PilotHooks.Ingress.Tests.Spool;

/// <summary>Bad days: each test has servers of its own, which it stops, kills, holds or robs.</summary>
[Collection(nameof(OutageTests))]
public sealed class OutageTests : IAsyncLifetime
{
    private TestServer _broker = null!;
    private TestServer _redis = null!;

    public async Task InitializeAsync()
    {
        var servers = await Task.WhenAll(TestServers.StartBrokerAsync(), TestServers.StartRedisAsync());
        (_broker, _redis) = (servers[0], servers[1]);
    }

    public async Task DisposeAsync()
    {
        await _broker.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Events_before_any_consumer_ever_ran_wait_in_the_queues()
    {
        await using var ingress = await StartAsync();
        var known = await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        var unknown = await ingress.Client.AcceptAsync(Json($$"""{ "event": "tomorrow.{{NewId()}}" }"""));

        await ingress.StopAsync();
        await using var queues = await QueueReader.StartAsync(_broker.ConnectionString);
        (await queues.GetAsync(known)).Select(message => message.Queue).ShouldBe([Queues.MessagingInbound, Queues.RelayArchive], ignoreOrder: true);
        (await queues.GetAsync(unknown, queues: 1)).Select(message => message.Queue).ShouldBe([Queues.RelayArchive]);
    }

    [Fact]
    public async Task Events_wait_in_the_spool_while_the_broker_is_away_and_then_arrive_in_order_and_once()
    {
        await using var ingress = await StartAsync();
        var before = await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        await _broker.KillAsync();

        var bodies = Enumerable.Range(0, 150).Select(_ => Message("message.received", id: NewId())).ToList();
        var spooled = new List<Guid>();
        foreach (var body in bodies)
        {
            spooled.Add(await ingress.Client.AcceptAsync(body));
        }

        (await ingress.Client.PostOkAsync(bodies[0])).ShouldBe(("duplicate", spooled[0]));
        await ingress.WaitUntilHealthyAsync();
        await _broker.StartAsync();

        await using var queues = await QueueReader.StartAsync(_broker.ConnectionString);
        await queues.GetAsync(spooled[^1]);
        (await queues.GetAsync(before)).Count.ShouldBe(2);
        // The first finds out that the broker is back; then each batch goes after the one before it is confirmed.
        var batches = queues.Messages
            .Where(message => message.Queue == Queues.MessagingInbound && message.EventId != before)
            .Select(message => (spooled.IndexOf(message.EventId) + 63) / 64)
            .ToList();
        batches.Count.ShouldBe(spooled.Count);
        batches.ShouldBe(batches.Order());
        spooled.ShouldAllBe(eventId => queues.Of(eventId).Count == 2);
        queues.Of(spooled[^1])[0].Body.ShouldBe(bodies[^1]);
        // What comes now goes straight on.
        await queues.GetAsync(await ingress.Client.AcceptAsync(Message("message.received", id: NewId())));
    }

    [Fact]
    public async Task Event_from_the_spool_stays_in_the_trace_of_its_request()
    {
        await using var ingress = await StartAsync();
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        await _broker.KillAsync();
        using var response = await ingress.Client.PostAsync("whatsapp", Message("message.received", id: NewId()),
            request => request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        var (_, eventId) = await response.ReadAnswerAsync();
        await _broker.StartAsync();

        await using var queues = await QueueReader.StartAsync(_broker.ConnectionString);
        (await queues.GetAsync(eventId)).ShouldAllBe(message => message.Headers["MT-Activity-Id"].StartsWith("00-0af7651916cd43dd8448eb211c80319c-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Spool_survives_the_death_of_the_ingress_and_of_redis()
    {
        var spooled = new List<Guid>();
        await using (var ingress = await StartAsync())
        {
            await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
            await _broker.KillAsync();
            for (var i = 0; i < 10; i++)
            {
                spooled.Add(await ingress.Client.AcceptAsync(Message("message.received", id: NewId())));
            }

            ingress.Kill();
        }

        await _redis.KillAsync();
        await _redis.StartAsync();
        await using var successor = await StartAsync();
        await _broker.StartAsync();

        await using var queues = await QueueReader.StartAsync(_broker.ConnectionString);
        foreach (var eventId in spooled)
        {
            (await queues.GetAsync(eventId)).Count.ShouldBe(2);
        }
    }

    [Fact]
    public async Task First_start_with_the_broker_away_takes_events_into_the_spool()
    {
        await _broker.StopAsync();
        await using var ingress = await StartAsync();
        var eventId = await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        await _broker.StartAsync();

        await using var queues = await QueueReader.StartAsync(_broker.ConnectionString);
        (await queues.GetAsync(eventId)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Without_redis_events_are_accepted_again_and_again_with_the_same_id()
    {
        await using var ingress = await StartAsync();
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        await _redis.KillAsync();

        var body = Message("message.received", id: NewId());
        var first = await ingress.Client.AcceptAsync(body);
        (await ingress.Client.AcceptAsync(body)).ShouldBe(first);
        await using var queues = await QueueReader.StartAsync(_broker.ConnectionString);
        (await queues.GetAsync(first, queues: 4)).ShouldAllBe(message => message.Body.SequenceEqual(body));
        await ingress.WaitUntilHealthyAsync();

        await _redis.StartAsync();
        await Eventually.GetAsync(() => ingress.Client.PostOkAsync(body), answer => answer == ("duplicate", first));
    }

    [Fact]
    public async Task With_both_away_the_provider_keeps_the_event_and_its_retry_gets_in()
    {
        await using var ingress = await StartAsync();
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        await _broker.KillAsync();
        await _redis.KillAsync();

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

        await Task.WhenAll(_broker.StartAsync(), _redis.StartAsync());
        var eventId = await Eventually.GetAsync(
            async () =>
            {
                using var response = await ingress.Client.PostAsync("whatsapp", body);
                return response.IsSuccessStatusCode ? await response.ReadAnswerAsync() : default;
            },
            answer => answer.Status == "accepted");
        await using var queues = await QueueReader.StartAsync(_broker.ConnectionString);
        (await queues.GetAsync(eventId.EventId)).ShouldAllBe(message => message.Body.SequenceEqual(body));
    }

    [Fact]
    public async Task Refused_event_is_not_taken_for_a_duplicate_when_only_the_broker_comes_back()
    {
        await using var ingress = await StartAsync(new() { ["Spool__MaxEntries"] = "0" });
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        await _broker.KillAsync();
        var body = Message("message.received", id: NewId());
        using (var refused = await ingress.Client.PostAsync("whatsapp", body))
        {
            await refused.ReadProblemAsync(HttpStatusCode.ServiceUnavailable);
        }

        await _broker.StartAsync();
        var answers = new List<string>();
        await Eventually.GetAsync(
            async () =>
            {
                using var response = await ingress.Client.PostAsync("whatsapp", body);
                answers.Add(response.IsSuccessStatusCode ? (await response.ReadAnswerAsync()).Status : $"{(int)response.StatusCode}");
                return answers[^1];
            },
            status => status == "accepted");
        answers.ShouldNotContain("duplicate");
    }

    [Fact]
    public async Task Spool_that_is_full_refuses_and_keeps_what_it_has()
    {
        await using var ingress = await StartAsync(new() { ["Spool__MaxEntries"] = "3", ["Spool__MaxBytes"] = "4000" });
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        await _broker.KillAsync();

        using (var large = await ingress.Client.PostAsync("whatsapp", Message("message.received", id: NewId(), content: new string('x', 4000))))
        {
            await large.ReadProblemAsync(HttpStatusCode.ServiceUnavailable);
        }

        var kept = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            kept.Add(await ingress.Client.AcceptAsync(Message("message.received", id: NewId())));
        }

        using (var fourth = await ingress.Client.PostAsync("whatsapp", Message("message.received", id: NewId())))
        {
            await fourth.ReadProblemAsync(HttpStatusCode.ServiceUnavailable);
        }

        await _broker.StartAsync();
        await using var queues = await QueueReader.StartAsync(_broker.ConnectionString);
        foreach (var eventId in kept)
        {
            await queues.GetAsync(eventId);
        }

        // Drained, it takes events again.
        await _broker.KillAsync();
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
    }

    [Fact]
    public async Task Broker_that_lost_its_queues_gets_them_anew_and_no_event_is_lost()
    {
        await using var ingress = await StartAsync();
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        await using (var connection = await QueueReader.ConnectAsync(_broker.ConnectionString))
        {
            await using var channel = await connection.CreateChannelAsync();
            foreach (var queue in QueueReader.AllQueues)
            {
                await channel.QueueDeleteAsync(queue);
            }
        }

        var events = new List<Guid>();
        for (var i = 0; i < 10; i++)
        {
            events.Add(await ingress.Client.AcceptAsync(Message("message.received", id: NewId())));
        }

        // The other kinds' queues come with their own next event.
        var call = await ingress.Client.AcceptAsync(Call("call.ringing", callId: NewId()));
        foreach (var name in new[] { "message.sent", "number.connected", "call.permission_updated" })
        {
            await ingress.Client.AcceptAsync(name[0] == 'm' ? Message(name, id: NewId()) : name[0] == 'n' ? Number(name, NewId()) : Call(name, callId: NewId()));
        }

        await ingress.Client.AcceptAsync(Json(NativeValue(NewId())));
        using (var form = await ingress.Client.PostSignedAsync(Platform("form.submitted", id: NewId()), IngressFixture.PlatformSecret))
        {
            await form.ReadAnswerAsync();
        }

        using (var refused = await ingress.Client.PostAsync("nobody", Json("{}")))
        {
            await refused.ReadProblemAsync(System.Net.HttpStatusCode.NotFound);
        }

        await using var queues = await QueueReader.StartAsync(_broker.ConnectionString);
        foreach (var eventId in events)
        {
            (await queues.GetAsync(eventId)).Select(message => message.Queue).Distinct().ShouldBe([Queues.MessagingInbound, Queues.RelayArchive], ignoreOrder: true);
        }

        await queues.GetAsync(call);
    }

    [Fact]
    public async Task Broker_that_hangs_is_given_up_in_time_and_the_event_spooled()
    {
        await using var wire = new Wire(new Uri(_broker.ConnectionString).Port);
        await using var ingress = await StartAsync(broker: new UriBuilder(_broker.ConnectionString) { Port = wire.Port }.Uri.ToString());
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        wire.Hold();

        var events = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ingress.Client.AcceptAsync(Message("message.received", id: NewId()))));
        wire.Release();

        await using var queues = await QueueReader.StartAsync(_broker.ConnectionString);
        foreach (var eventId in events)
        {
            await queues.GetAsync(eventId);
        }
    }

    [Fact]
    public async Task Broker_that_takes_longer_to_make_its_queues_than_a_provider_waits_gets_the_event_from_the_spool()
    {
        // Declaring takes several exchanges with the broker; a provider waits for two seconds in all.
        await using var wire = new Wire(new Uri(_broker.ConnectionString).Port, latency: TimeSpan.FromMilliseconds(400));
        await using var ingress = await StartAsync(broker: new UriBuilder(_broker.ConnectionString) { Port = wire.Port }.Uri.ToString());

        var eventId = await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));

        await using var queues = await QueueReader.StartAsync(_broker.ConnectionString);
        (await queues.GetAsync(eventId)).Select(message => message.Queue).Distinct().ShouldBe([Queues.MessagingInbound, Queues.RelayArchive], ignoreOrder: true);
    }

    [Fact]
    public async Task Redis_that_hangs_holds_nobody_up()
    {
        var parts = _redis.ConnectionString.Split(',', 2);
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

    private Task<ServiceProcess> StartAsync(Dictionary<string, string?>? more = null, string? broker = null, string? redis = null)
        => IngressFixture.StartAsync(broker ?? _broker.ConnectionString, redis ?? _redis.ConnectionString, more);
}
