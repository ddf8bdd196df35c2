using System.Text;
using System.Text.Json;
using PilotHooks.Contracts;

namespace PilotHooks.Relay.Tests.Archive;

[Collection(RelayFixture.Collection)]
public sealed class UnrecognizedEventsTests(RelayFixture fixture)
{
    private readonly RelaySystem _relay = fixture.System;
    private readonly string _number = $"num_{Guid.NewGuid():N}";

    [Fact]
    public async Task Event_that_was_not_recognized_is_listed_with_its_reason_and_relayed()
    {
        var url = _relay.Subscriber.Add();
        await _relay.SubscribeAsync(url, ["message.sent"], numberId: _number);
        var (unread, named, read) = (Unread("message.sent"), Unread("message.new", reason: null), Events.Status(_number));
        await _relay.Bus.PublishAsync(unread, named, read);
        await _relay.ReadAsync($"/v1/events?numberId={_number}", page => page.GetProperty("items").GetArrayLength() == 3);

        (await ListAsync("recognized=false")).ShouldBe([(unread.EventId, false, "unidentified")]);
        (await ListAsync("recognized=false&event=message.read")).ShouldBeEmpty();
        (await ListAsync("recognized=true")).Select(item => item.Id).ShouldBe([named.EventId, read.EventId], ignoreOrder: true);
        (await ListAsync("recognized=true")).ShouldAllBe(item => item.Recognized && item.Reason == null);
        var found = await _relay.ReadAsync($"/v1/events/{unread.EventId}");
        found.GetProperty("recognized").GetBoolean().ShouldBeFalse();
        found.GetProperty("reason").GetString().ShouldBe("unidentified");
        (await _relay.ReceivedAsync(url, 2)).Select(received => Encoding.UTF8.GetString(received.Body)).ShouldContain(Encoding.UTF8.GetString(unread.Payload.Span));
        (await _relay.CallAsync(HttpMethod.Get, "/v1/events?recognized=perhaps")).Status.ShouldBe(System.Net.HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Pages_of_what_was_not_recognized_go_on_where_the_last_ended()
    {
        var unread = Enumerable.Range(0, 5).Select(i => Unread("unknown", "unnamed", DateTimeOffset.UtcNow.AddSeconds(i))).ToList();
        await _relay.Bus.PublishAsync(unread);
        await _relay.ReadAsync($"/v1/events?numberId={_number}", page => page.GetProperty("items").GetArrayLength() == 5);

        var ids = new List<Guid>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await _relay.ReadAsync($"/v1/events?numberId={_number}&recognized=false&limit=2&cursor={cursor}");
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("eventId").GetGuid()));
            cursor = page.GetProperty("next").GetString();
        }

        ids.ShouldBe(unread.Select(message => message.EventId).Reverse());
    }

    [Fact]
    public async Task What_is_read_again_is_recognized_in_whichever_order_it_comes_and_reaches_those_who_asked_for_it()
    {
        var (sent, all) = (_relay.Subscriber.Add(), _relay.Subscriber.Add());
        await _relay.SubscribeAsync(sent, ["message.sent"], numberId: _number);
        await _relay.SubscribeAsync(all, ["*"], numberId: _number);
        foreach (var order in new[] { "ur", "ru", "urur", "uur", "rru" })
        {
            var unread = Unread("unknown", "unnamed");
            var read = new MessageStatusReported(unread.EventId, "message.sent", "whatsapp", _number, unread.OccurredAt, unread.ReceivedAt, unread.Payload);
            foreach (var step in order)
            {
                await _relay.Bus.PublishAsync(step == 'u' ? unread : read);
                // Otherwise the lanes of two replicas decide about the order.
                await _relay.ReadAsync($"/v1/events?numberId={_number}", page => page.GetProperty("items").EnumerateArray().Any(item => item.GetProperty("eventId").GetGuid() == unread.EventId));
            }

            var found = await _relay.ReadAsync($"/v1/events/{unread.EventId}", found => found.GetProperty("recognized").GetBoolean());
            found.GetProperty("event").GetString().ShouldBe("message.sent", order);
            found.GetProperty("kind").GetString().ShouldBe(nameof(MessageStatusReported));
            found.GetProperty("reason").ValueKind.ShouldBe(JsonValueKind.Null);
        }

        await _relay.ReceivedAsync(sent, 5);
        await _relay.ReceivedAsync(all, 5);
        (await ListAsync("recognized=false")).ShouldBeEmpty();
        _relay.Subscriber.Received(sent).Count.ShouldBe(5);
        _relay.Subscriber.Received(all).Count.ShouldBe(5);
    }

    [Fact]
    public async Task Replay_of_what_nobody_understood_goes_to_the_ingress()
    {
        var broker = await BrokerQueue.OpenAsync(Queues.IngressIntake);
        await using var _ = broker;
        foreach (var unread in new[] { Unread("unknown", "unnamed"), Unread("tomorrow.event", reason: null) })
        {
            await _relay.Bus.PublishAsync(unread);
            await _relay.ReadAsync($"/v1/events?numberId={_number}&event={unread.Event}", page => page.GetProperty("items").GetArrayLength() == 1);

            await _relay.SendAsync(HttpMethod.Post, $"/v1/events/{unread.EventId}/replay");

            (await broker.TakeAsync(message => message == unread.EventId)).ShouldBe(unread.EventId);
        }
    }

    [Fact]
    public async Task Replay_of_what_nobody_understood_by_a_numbers_key_goes_to_its_endpoints_and_to_nobody_else()
    {
        var (own, all) = (_relay.Subscriber.Add(), _relay.Subscriber.Add());
        var unread = Unread("unknown", "unnamed");
        await _relay.Bus.PublishAsync(unread);
        await _relay.ReadAsync($"/v1/events?numberId={_number}", page => page.GetProperty("items").GetArrayLength() == 1);
        await _relay.SubscribeAsync(own, ["*"], numberId: _number);
        var every = await _relay.SubscribeAsync(all, ["*"]);
        var broker = await BrokerQueue.OpenAsync(Queues.IngressIntake);
        await using var _ = broker;
        // It comes after the replay, were that on its way to be read again.
        var next = Unread("unknown", "unnamed");
        await _relay.Bus.PublishAsync(next);
        await _relay.ReadAsync($"/v1/events?numberId={_number}", page => page.GetProperty("items").GetArrayLength() == 2);

        (await _relay.CallAsync(HttpMethod.Post, $"/v1/events/{unread.EventId}/replay?redeliver=true", keyOfNumber: _number)).Status.ShouldBe(System.Net.HttpStatusCode.Accepted);
        await _relay.SendAsync(HttpMethod.Post, $"/v1/events/{next.EventId}/replay");

        (await broker.TakeAsync(message => message == unread.EventId || message == next.EventId)).ShouldBe(next.EventId);
        await _relay.ReceivedAsync(own, 2);
        _relay.Subscriber.Received(own).Select(request => request.Headers["webhook-id"]).ShouldContain($"{unread.EventId}");
        await _relay.ReceivedAsync(all);
        _relay.Subscriber.Received(all).Select(request => request.Headers["webhook-id"]).ShouldNotContain($"{unread.EventId}");
        (await ListAsync("recognized=false")).Count.ShouldBe(2);
        await _relay.SendAsync(HttpMethod.Delete, $"/v1/webhooks/{every}");
    }

    private UnknownEventReceived Unread(string name, string? reason = "unidentified", DateTimeOffset? receivedAt = null)
        => new(Guid.NewGuid(), name, "whatsapp", _number, DateTimeOffset.UtcNow, receivedAt ?? DateTimeOffset.UtcNow, Encoding.UTF8.GetBytes($$"""{ "event": "{{name}}",  "odd": "\ud83d" }""")) { Unrecognized = reason };

    private async Task<List<(Guid Id, bool Recognized, string? Reason)>> ListAsync(string query)
        => [.. (await _relay.ReadAsync($"/v1/events?numberId={_number}&{query}")).GetProperty("items").EnumerateArray()
            .Select(item => (item.GetProperty("eventId").GetGuid(), item.GetProperty("recognized").GetBoolean(), item.GetProperty("reason").GetString()))];
}
