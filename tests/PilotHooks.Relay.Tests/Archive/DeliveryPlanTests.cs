using FsCheck;
using FsCheck.Fluent;
using PilotHooks.Contracts;
using PilotHooks.Relay.Archive;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Tests.Deliveries;

namespace PilotHooks.Relay.Tests.Archive;

public sealed class DeliveryPlanTests
{
    private static readonly DeliveryCapacity Plenty = new([], [], 1000, 1_000_000);

    [Theory]
    [InlineData("message.received", "num_1", new[] { "*" }, null, true)]
    [InlineData("message.received", "num_1", new[] { "message.received" }, null, true)]
    [InlineData("message.received", "num_1", new[] { "message.*" }, null, true)]
    [InlineData("message.received", "num_1", new[] { "call.*", "message.read" }, null, false)]
    [InlineData("message.received", "num_1", new string[0], null, false)]
    [InlineData("message.received", "num_1", new[] { "*" }, "num_1", true)]
    [InlineData("message.received", "num_1", new[] { "*" }, "num_2", false)]
    [InlineData("message.received", null, new[] { "*" }, "num_1", false)]
    [InlineData("message.received", null, new[] { "*" }, null, true)]
    [InlineData("number.health_warning", "num_1", new[] { "number.health_*" }, null, true)]
    [InlineData("number.alert", "num_1", new[] { "*", "number.*" }, null, false)]
    [InlineData("number.alert", "num_1", new[] { "number.alert" }, null, true)]
    [InlineData("a name from next year", "num_1", new[] { "*" }, null, true)]
    public void Endpoint_gets_what_its_events_and_its_number_select(string name, string? numberId, string[] subscribed, string? boundTo, bool selected)
    {
        var plan = DeliveryPlan.Of([Event(name, numberId)], [Endpoint("wh_1", subscribed, boundTo)], Plenty);

        plan.AttemptedFirst.Count.ShouldBe(selected ? 1 : 0);
        plan.DueAtOnce.ShouldBeEmpty();
    }

    [Fact]
    public void Whatever_there_is_capacity_for_every_selected_delivery_is_planned_once()
        => Check.One(
            Config.QuickThrowOnFailure,
            Prop.ForAll(
                (from events in Gen.Choose(0, 20)
                 from endpoints in Gen.Choose(0, 6)
                 from healthy in Gen.ListOf(Gen.Elements(true, false), 6)
                 from limited in Gen.ListOf(Gen.Elements(true, false), 6)
                 from rooms in Gen.ListOf(Gen.Choose(0, 12), 6)
                 from slots in Gen.Choose(0, 60)
                 from bytes in Gen.Choose(0, 4000)
                 select (events, endpoints, healthy, limited, rooms, slots, bytes)).ToArbitrary(),
                one =>
                {
                    List<ArchivedEvent> events = [.. Enumerable.Range(0, one.events).Select(i => Event(i % 2 == 0 ? "message.received" : "message.read", "num_1"))];
                    List<SubscribedEndpoint> endpoints = [.. Enumerable.Range(0, one.endpoints).Select(i => Endpoint($"wh_{i}", i % 2 == 0 ? ["*"] : ["message.read"], null, one.healthy.ElementAt(i), one.limited.ElementAt(i)))];
                    var capacity = new DeliveryCapacity([.. endpoints.Select(endpoint => endpoint.Id)], [.. one.rooms.Take(one.endpoints)], one.slots, one.bytes);

                    var plan = DeliveryPlan.Of(events, endpoints, capacity);

                    var expected = events.SelectMany(item => endpoints.Where(endpoint => endpoint.Events[0] == "*" || item.Event.Event == "message.read").Select(endpoint => (item.Event.EventId, endpoint.Id)));
                    plan.AttemptedFirst.Concat(plan.WrittenLater).Concat(plan.DueAtOnce).Select(delivery => (delivery.Item.Event.EventId, delivery.Endpoint.Id)).Order().ShouldBe(expected.Order());
                    plan.AttemptedFirst.ShouldAllBe(delivery => delivery.Endpoint.Ready);
                    plan.PromisedEvents().ShouldBe(plan.AttemptedFirst.Select(delivery => delivery.Item.Event.EventId).Distinct());
                    plan.WrittenLater.ShouldAllBe(delivery => plan.PromisedEvents().Contains(delivery.Item.Event.EventId));
                    plan.WrittenLater.ShouldAllBe(delivery => !delivery.Endpoint.Healthy || !delivery.Endpoint.RateLimited);
                    plan.AttemptedFirst.Count.ShouldBeLessThanOrEqualTo(one.slots);
                    foreach (var attempted in plan.AttemptedFirst.GroupBy(delivery => delivery.Endpoint.Id))
                    {
                        attempted.Count().ShouldBeLessThanOrEqualTo(capacity.PerEndpoint[Array.IndexOf(capacity.Endpoints, attempted.Key)]);
                    }
                }));

    [Theory]
    [InlineData(true, false, 1, "first")]
    [InlineData(true, false, 0, "later")]
    [InlineData(false, false, 1, "later")]
    [InlineData(false, true, 1, "later")]
    [InlineData(true, true, 1, "at once")]
    [InlineData(true, true, 0, "at once")]
    public void Delivery_beside_one_that_is_attempted_is_due_at_once_only_where_a_claim_would_take_it(bool healthy, bool limited, int capacity, string expected)
    {
        SubscribedEndpoint[] endpoints = [Endpoint("wh_1", ["*"], null), Endpoint("wh_2", ["*"], null, healthy, limited)];

        var plan = DeliveryPlan.Of([Event("message.read", "num_1")], endpoints, Plenty with { Endpoints = ["wh_2"], PerEndpoint = [capacity] });

        Names(plan.AttemptedFirst, "first").Concat(Names(plan.WrittenLater, "later")).Concat(Names(plan.DueAtOnce, "at once")).ShouldBe([("wh_1", "first"), ("wh_2", expected)]);

        static IEnumerable<(string Endpoint, string Where)> Names(List<PlannedDelivery> deliveries, string where) => deliveries.Select(delivery => (delivery.Endpoint.Id, where));
    }

    [Fact]
    public void Delivery_of_an_event_without_first_attempts_is_due_at_once()
    {
        var plan = DeliveryPlan.Of([Event("message.read", "num_1")], [Endpoint("wh_1", ["*"], null, healthy: false), Endpoint("wh_2", ["*"], null)], Plenty with { Endpoints = ["wh_2"], PerEndpoint = [0] });

        plan.DueAtOnce.Select(delivery => delivery.Endpoint.Id).ShouldBe(["wh_1", "wh_2"]);
        plan.WrittenLater.ShouldBeEmpty();
    }

    [Fact]
    public void Oldest_events_are_attempted_first_when_there_is_not_capacity_for_all()
    {
        var now = DateTimeOffset.UtcNow;
        List<ArchivedEvent> events = [.. new[] { 3, 1, 2 }.Select(second => Event("message.read", "num_1", now.AddSeconds(second)))];

        var plan = DeliveryPlan.Of(events, [Endpoint("wh_1", ["*"], null)], Plenty with { Deliveries = 2 });

        plan.AttemptedFirst.Select(delivery => delivery.Item).ShouldBe([events[1], events[2]]);
        plan.DueAtOnce.Select(delivery => delivery.Item).ShouldBe([events[0]]);
    }

    [Fact]
    public void Endpoint_that_was_not_called_lately_gets_the_initial_capacity()
    {
        List<ArchivedEvent> events = [.. Enumerable.Range(0, 20).Select(_ => Event("message.read", "num_1"))];

        DeliveryPlan.Of(events, [Endpoint("wh_1", ["*"], null)], Plenty).AttemptedFirst.Count.ShouldBe(DeliveryCapacity.OfOtherEndpoint);
    }

    private static ArchivedEvent Event(string name, string? numberId, DateTimeOffset? at = null)
        => new(new UnknownEventReceived(Guid.NewGuid(), name, "whatsapp", numberId, at ?? DateTimeOffset.UtcNow, at ?? DateTimeOffset.UtcNow, new byte[100]), null);

    private static SubscribedEndpoint Endpoint(string id, string[] events, string? numberId, bool healthy = true, bool limited = false)
        => new(id, events, numberId, healthy, limited, Targets.Any());
}
