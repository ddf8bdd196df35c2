using System.Net;
using System.Text;
using System.Text.Json;
using PilotHooks.Contracts;

namespace PilotHooks.Relay.Tests.Archive;

[Collection(RelayFixture.Collection)]
public sealed class EventsApiTests(RelayFixture fixture)
{
    private readonly RelaySystem _relay = fixture.System;
    private readonly string _number = $"num_{Guid.NewGuid():N}";

    [Fact]
    public async Task Event_is_archived_unchanged_and_shows_its_way()
    {
        var url = _relay.Subscriber.Add();
        var id = await _relay.SubscribeAsync(url, numberId: _number);
        var sent = Events.Received(_number);
        await _relay.Bus.PublishAsync(sent);
        await _relay.StatsAsync(id, stats => stats.GetProperty("successful").GetInt32() == 1);

        var (_, found, response) = await _relay.CallAsync(HttpMethod.Get, $"/v1/events/{sent.EventId}");

        found.GetProperty("event").GetString().ShouldBe("message.received");
        found.GetProperty("source").GetString().ShouldBe("whatsapp");
        found.GetProperty("numberId").GetString().ShouldBe(_number);
        found.GetProperty("traceId").GetString()!.Length.ShouldBe(32);
        (await response.Content.ReadAsStringAsync()).ShouldContain(Encoding.UTF8.GetString(sent.Payload.Span));
        found.GetProperty("steps").EnumerateArray().Select(step => (step.GetProperty("service").GetString(), step.GetProperty("step").GetString(), step.GetProperty("outcome").GetString()))
            .ShouldBe([("ingress", "received", "accepted"), ("relay", "archived", "archived"), ("relay", "queued", "queued"), ("relay", "attempt", "SUCCESS")]);
        found.GetProperty("steps")[3].GetProperty("detail").GetString().ShouldBe($"{id}, attempt 1: 200");
        found.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("webhookId").GetString()).ShouldBe([null, null, id, id]);
        var delivery = found.GetProperty("steps")[3].GetProperty("deliveryId").GetString();
        (await _relay.ReadAsync($"/v1/deliveries/{delivery}")).GetProperty("eventId").GetGuid().ShouldBe(sent.EventId);
    }

    [Fact]
    public async Task Event_that_nobody_knows_is_archived_raw_and_relayed_to_all()
    {
        var (all, some) = (_relay.Subscriber.Add(), _relay.Subscriber.Add());
        var ids = new[] { await _relay.SubscribeAsync(all, ["*"]), await _relay.SubscribeAsync(some, ["message.*", "number.*", "call.*", "calls"]) };
        var sent = Events.Unknown($"billing.{Guid.NewGuid():N}");

        await _relay.Bus.PublishAsync(sent);

        (await _relay.ReceivedAsync(all))[0].Body.ShouldBe(sent.Payload.ToArray());
        var (status, _, response) = await _relay.CallAsync(HttpMethod.Get, $"/v1/events/{sent.EventId}");
        status.ShouldBe(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).ShouldContain(Encoding.UTF8.GetString(sent.Payload.Span));
        _relay.Subscriber.Received(some).ShouldBeEmpty();
        foreach (var id in ids)
        {
            await _relay.SendAsync(HttpMethod.Delete, $"/v1/webhooks/{id}");
        }
    }

    [Fact]
    public async Task Events_are_listed_newest_first_by_filter_and_by_page()
    {
        var start = DateTimeOffset.UtcNow;
        var events = Enumerable.Range(0, 5).Select(i => i % 2 == 0
            ? (IWebhookEvent)new MessageReceived(Guid.NewGuid(), "message.received", "whatsapp", _number, start, start.AddSeconds(i), "{}"u8.ToArray())
            : new MessageStatusReported(Guid.NewGuid(), "message.report", "platform", _number, start, start.AddSeconds(i), "{}"u8.ToArray())).ToList();
        await _relay.Bus.PublishAsync(events);
        await _relay.ReadAsync($"/v1/events?numberId={_number}", page => page.GetProperty("items").GetArrayLength() == 5);

        (await Ids($"numberId={_number}")).ShouldBe(events.Select(e => e.EventId).Reverse());
        (await Ids($"numberId={_number}&event=message.report")).ShouldBe([events[3].EventId, events[1].EventId]);
        (await Ids($"numberId={_number}&event=message.*")).ShouldBe(events.Select(e => e.EventId).Reverse());
        (await Ids($"numberId={_number}&event=message.rec*")).ShouldBe([events[4].EventId, events[2].EventId, events[0].EventId]);
        (await Ids($"numberId={_number}&event=call.*")).ShouldBeEmpty();
        (await Ids($"numberId={_number}&source=whatsapp")).ShouldBe([events[4].EventId, events[2].EventId, events[0].EventId]);
        (await Ids($"numberId={_number}&since={Time(2)}&until={Time(4)}")).ShouldBe([events[3].EventId, events[2].EventId]);
        var first = await _relay.ReadAsync($"/v1/events?numberId={_number}&limit=3");
        first.GetProperty("items")[0].EnumerateObject().Select(member => member.Name).ShouldBe(["eventId", "event", "source", "numberId", "receivedAt", "traceId", "kind", "recognized", "reason"]);
        (await Ids($"numberId={_number}&limit=3&cursor={first.GetProperty("next").GetString()}")).ShouldBe([events[1].EventId, events[0].EventId]);
        (await _relay.CallAsync(HttpMethod.Get, "/v1/events?since=yesterday")).Status.ShouldBe(HttpStatusCode.BadRequest);

        string Time(int seconds) => Uri.EscapeDataString(start.AddSeconds(seconds).ToString("O"));
        async Task<IEnumerable<Guid>> Ids(string query)
            => (await _relay.ReadAsync($"/v1/events?{query}")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("eventId").GetGuid()).ToList();
    }

    [Fact]
    public async Task Key_of_a_number_sees_and_replays_its_own_events_only()
    {
        var sent = Events.Received(_number);
        await _relay.Bus.PublishAsync(sent);
        await _relay.ReadAsync($"/v1/events?numberId={_number}", page => page.GetProperty("items").GetArrayLength() == 1);

        (await _relay.CallAsync(HttpMethod.Get, $"/v1/events/{sent.EventId}", keyOfNumber: _number)).Status.ShouldBe(HttpStatusCode.OK);
        (await _relay.CallAsync(HttpMethod.Get, $"/v1/events/{sent.EventId}", keyOfNumber: "another")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _relay.CallAsync(HttpMethod.Post, $"/v1/events/{sent.EventId}/replay", keyOfNumber: "another")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _relay.CallAsync(HttpMethod.Get, $"/v1/events?numberId={_number}", keyOfNumber: "another")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await _relay.ReadAsync("/v1/events?limit=200", keyOfNumber: _number)).GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Replay_delivers_where_nothing_was_delivered_and_everywhere_when_asked()
    {
        var (before, after) = (_relay.Subscriber.Add(), _relay.Subscriber.Add());
        await _relay.SubscribeAsync(before, numberId: _number);
        var sent = Events.Received(_number);
        await _relay.Bus.PublishAsync(sent);
        await _relay.ReceivedAsync(before);
        var late = await _relay.SubscribeAsync(after, numberId: _number);

        (await _relay.CallAsync(HttpMethod.Post, $"/v1/events/{sent.EventId}/replay")).Status.ShouldBe(HttpStatusCode.Accepted);

        (await _relay.ReceivedAsync(after))[0].Body.ShouldBe(sent.Payload.ToArray());
        await _relay.StatsAsync(late, stats => stats.GetProperty("successful").GetInt32() == 1);
        _relay.Subscriber.Received(before).Count.ShouldBe(1);

        (await _relay.CallAsync(HttpMethod.Post, $"/v1/events/{sent.EventId}/replay?redeliver=true")).Status.ShouldBe(HttpStatusCode.Accepted);

        await _relay.ReceivedAsync(before, 2);
        await _relay.ReceivedAsync(after, 2);
        var stats = await _relay.StatsAsync(late, stats => stats.GetProperty("successful").GetInt32() == 1);
        stats.GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Key_of_a_number_replays_to_the_endpoints_that_it_may_see()
    {
        var sent = Events.Received(_number);
        await _relay.Bus.PublishAsync(sent);
        await _relay.ReadAsync($"/v1/events?numberId={_number}", page => page.GetProperty("items").GetArrayLength() == 1);
        var (own, all) = (_relay.Subscriber.Add(), _relay.Subscriber.Add());
        var id = await _relay.SubscribeAsync(own, ["message.received"], numberId: _number);
        var every = await _relay.SubscribeAsync(all, ["message.received"]);

        (await _relay.CallAsync(HttpMethod.Post, $"/v1/events/{sent.EventId}/replay", keyOfNumber: _number)).Status.ShouldBe(HttpStatusCode.Accepted);
        await _relay.StatsAsync(id, stats => stats.GetProperty("successful").GetInt32() == 1);
        (await _relay.CallAsync(HttpMethod.Post, $"/v1/events/{sent.EventId}/replay?redeliver=true", keyOfNumber: _number)).Status.ShouldBe(HttpStatusCode.Accepted);
        await _relay.ReceivedAsync(own, 2);
        (await _relay.ReadAsync($"/v1/webhooks/{every}/stats")).GetProperty("total").GetInt32().ShouldBe(0);
        (await _relay.CallAsync(HttpMethod.Post, $"/v1/events/{sent.EventId}/replay")).Status.ShouldBe(HttpStatusCode.Accepted);
        (await _relay.ReceivedAsync(all)).Count.ShouldBe(1);
        await _relay.SendAsync(HttpMethod.Delete, $"/v1/webhooks/{every}");
    }

    [Fact]
    public async Task Replayed_event_goes_through_the_bus_again()
    {
        var sent = Events.Status(_number);
        await _relay.Bus.PublishAsync(sent);
        await _relay.ReadAsync($"/v1/events?numberId={_number}", page => page.GetProperty("items").GetArrayLength() == 1);
        var broker = await BrokerQueue.OpenAsync(Queues.MessagingStatuses);
        await using var _ = broker;
        (await broker.TakeAsync(message => message == sent.EventId)).ShouldBe(sent.EventId);

        await _relay.SendAsync(HttpMethod.Post, $"/v1/events/{sent.EventId}/replay");

        (await broker.TakeAsync(message => message == sent.EventId)).ShouldBe(sent.EventId);
    }

    [Fact]
    public async Task Log_shows_what_was_sent_in_the_endpoints_format()
    {
        var url = _relay.Subscriber.Add();
        var id = await _relay.SubscribeAsync(url, numberId: _number, format: "platform");
        await _relay.Bus.PublishAsync(Events.Status(_number, "read"));
        var received = JsonDocument.Parse((await _relay.ReceivedAsync(url))[0].Body).RootElement;

        var logs = await _relay.ReadAsync($"/v1/webhooks/{id}/logs", logs => logs.GetProperty("items").GetArrayLength() == 1);

        received.GetProperty("type").GetString().ShouldBe("message.report");
        JsonElement.DeepEquals(logs.GetProperty("items")[0].GetProperty("payload"), received).ShouldBeTrue();
        // And stays so when the endpoint changes.
        await _relay.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { format = "slack" });
        JsonElement.DeepEquals((await _relay.ReadAsync($"/v1/webhooks/{id}/logs")).GetProperty("items")[0].GetProperty("payload"), received).ShouldBeTrue();
    }
}
