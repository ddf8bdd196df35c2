using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Deliveries;

public sealed class StaleLeaseTests(OwnBroker broker) : IClassFixture<OwnBroker>
{
    /// <summary>
    /// A replica of one slot, which endpoints that hang hold in turns for longer than a lease lasts. What waits behind them
    /// comes to its turn only after another claim has found its lease at its end.
    /// </summary>
    [Fact]
    public async Task Delivery_that_waited_for_a_slot_longer_than_its_lease_lasts_is_made_once()
    {
        await using var relay = await RelaySystem.StartAsync(
            broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, settings: ("Relay__MaxInFlight", "1"));
        var number = $"num_{Guid.NewGuid():N}";
        var hanging = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            hanging.Add(await relay.SubscribeAsync(relay.Subscriber.Add((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted)), numberId: number));
        }

        var healthy = relay.Subscriber.Add();
        var id = await relay.SubscribeAsync(healthy, numberId: number);

        await relay.Bus.PublishAsync(Events.Received(number));

        await relay.StatsAsync(id, stats => stats.GetProperty("successful").GetInt32() == 1);
        // By then all that was leased at first has had its turn, or was given back.
        foreach (var endpoint in hanging)
        {
            await relay.ReadAsync($"/v1/webhooks/{endpoint}/logs", logs => logs.GetProperty("items").GetArrayLength() >= 2);
        }

        relay.Subscriber.Received(healthy).Count.ShouldBe(1);
    }
}
