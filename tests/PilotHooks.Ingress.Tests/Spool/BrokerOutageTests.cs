using PilotHooks.Contracts;
using RabbitMQ.Client;
using static PilotHooks.Ingress.Tests.ProviderExamples;
using static PilotHooks.Ingress.Tests.Webhooks.WebhookEndpointTests;

namespace PilotHooks.Ingress.Tests.Spool;

/// <summary>Days on which the broker is away, hangs, is slow or has lost its queues.</summary>
public sealed class BrokerOutageTests : OutageTest
{
    [Fact]
    public async Task Events_before_any_consumer_ever_ran_wait_in_the_queues()
    {
        await using var ingress = await StartAsync();
        var known = await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        var unknown = await ingress.Client.AcceptAsync(Json($$"""{ "event": "tomorrow.{{NewId()}}" }"""));

        await ingress.StopAsync();
        await using var queues = await QueueReader.StartAsync(Broker.ConnectionString);
        (await queues.GetAsync(known)).Select(message => message.Queue).ShouldBe([Queues.MessagingInbound, Queues.RelayArchive], ignoreOrder: true);
        (await queues.GetAsync(unknown, queues: 1)).Select(message => message.Queue).ShouldBe([Queues.RelayArchive]);
    }

    [Fact]
    public async Task Events_wait_in_the_spool_while_the_broker_is_away_and_then_arrive_in_order_and_once()
    {
        await using var ingress = await StartAsync();
        var before = await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        await Broker.KillAsync();

        var bodies = Enumerable.Range(0, 150).Select(_ => Message("message.received", id: NewId())).ToList();
        var spooled = new List<Guid>();
        foreach (var body in bodies)
        {
            spooled.Add(await ingress.Client.AcceptAsync(body));
        }

        (await ingress.Client.PostOkAsync(bodies[0])).ShouldBe(("duplicate", spooled[0]));
        await ingress.WaitUntilHealthyAsync();
        await Broker.StartAsync();

        await using var queues = await QueueReader.StartAsync(Broker.ConnectionString);
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
    public async Task First_start_with_the_broker_away_takes_events_into_the_spool()
    {
        await Broker.StopAsync();
        await using var ingress = await StartAsync();
        var eventId = await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        await Broker.StartAsync();

        await using var queues = await QueueReader.StartAsync(Broker.ConnectionString);
        (await queues.GetAsync(eventId)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Broker_that_lost_its_queues_gets_them_anew_and_no_event_is_lost()
    {
        await using var ingress = await StartAsync();
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        await using (var connection = await QueueReader.ConnectAsync(Broker.ConnectionString))
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

        await using var queues = await QueueReader.StartAsync(Broker.ConnectionString);
        foreach (var eventId in events)
        {
            (await queues.GetAsync(eventId)).Select(message => message.Queue).Distinct().ShouldBe([Queues.MessagingInbound, Queues.RelayArchive], ignoreOrder: true);
        }

        await queues.GetAsync(call);
    }

    [Fact]
    public async Task Broker_that_hangs_is_given_up_in_time_and_the_event_spooled()
    {
        await using var wire = new Wire(new Uri(Broker.ConnectionString).Port);
        await using var ingress = await StartAsync(broker: new UriBuilder(Broker.ConnectionString) { Port = wire.Port }.Uri.ToString());
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        wire.Hold();

        var events = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ingress.Client.AcceptAsync(Message("message.received", id: NewId()))));
        wire.Release();

        await using var queues = await QueueReader.StartAsync(Broker.ConnectionString);
        foreach (var eventId in events)
        {
            await queues.GetAsync(eventId);
        }
    }

    [Fact]
    public async Task Broker_that_takes_longer_to_make_its_queues_than_a_provider_waits_gets_the_event_from_the_spool()
    {
        // Declaring takes several exchanges with the broker; a provider waits for two seconds in all.
        await using var wire = new Wire(new Uri(Broker.ConnectionString).Port, latency: TimeSpan.FromMilliseconds(400));
        await using var ingress = await StartAsync(broker: new UriBuilder(Broker.ConnectionString) { Port = wire.Port }.Uri.ToString());

        var eventId = await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));

        await using var queues = await QueueReader.StartAsync(Broker.ConnectionString);
        (await queues.GetAsync(eventId)).Select(message => message.Queue).Distinct().ShouldBe([Queues.MessagingInbound, Queues.RelayArchive], ignoreOrder: true);
    }
}
