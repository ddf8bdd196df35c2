using System.Net;
using System.Text.Json;
using PilotHooks.Relay.Deliveries;

namespace PilotHooks.Relay.Tests.Deliveries;

[Collection(RelayFixture.Collection)]
public sealed class DeliveryAlertTests(RelayFixture fixture)
{
    private static readonly DateTimeOffset Start = new(2026, 2, 24, 15, 0, 0, TimeSpan.Zero);
    private readonly RelaySystem _relay = fixture.System;
    private readonly string _number = $"num_{Guid.NewGuid():N}";

    [Fact]
    public async Task Pausing_alerts_whoever_subscribed_to_alerts_once_and_nobody_else()
    {
        var (gone, watching, everything) = (_relay.Subscriber.Add(HttpStatusCode.Gone), _relay.Subscriber.Add(), _relay.Subscriber.Add());
        var id = await _relay.SubscribeAsync(gone, numberId: _number);
        await _relay.SubscribeAsync(watching, ["delivery.alert"], numberId: _number);
        var all = await _relay.SubscribeAsync(everything, ["*"], numberId: _number);

        await _relay.Bus.PublishAsync(Events.Received(_number));

        var alert = JsonDocument.Parse((await _relay.ReceivedAsync(watching))[0].Body).RootElement;
        alert.GetProperty("event").GetString().ShouldBe("delivery.alert");
        alert.GetProperty("data").GetProperty("webhookId").GetString().ShouldBe(id);
        alert.GetProperty("data").GetProperty("reason").GetString().ShouldBe("gone");
        await _relay.StatsAsync(all, stats => stats.GetProperty("successful").GetInt32() == 1);
        _relay.Subscriber.Received(everything).ShouldHaveSingleItem();
        (await _relay.ReadAsync($"/v1/events?numberId={_number}&event=delivery.alert")).GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public void Outage_has_one_alert_however_often_it_is_seen()
    {
        var closed = new EndpointHealth("wh_1", 25, Start, Start.AddMinutes(2), null, null);
        var open = closed with { CircuitUntil = Start.AddMinutes(3) };

        var first = DeliveryAlert.Of(closed, open, null, null, Start.AddMinutes(2))!;
        DeliveryAlert.Of(closed, open, null, null, Start.AddMinutes(9))!.Event.EventId.ShouldBe(first.Event.EventId);
        DeliveryAlert.Of(open, open, null, null, Start.AddMinutes(9)).ShouldBeNull();
        DeliveryAlert.Of(open, closed, null, null, Start.AddMinutes(9)).ShouldBeNull();
        DeliveryAlert.Of(closed, open with { FailingSince = Start.AddDays(1) }, null, null, Start.AddDays(1))!.Event.EventId.ShouldNotBe(first.Event.EventId);
        DeliveryAlert.Of(open, open, "failing", null, Start.AddDays(5))!.Event.EventId.ShouldNotBe(first.Event.EventId);
    }
}
