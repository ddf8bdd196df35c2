using PilotHooks.Contracts;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Endpoints;

namespace PilotHooks.Relay.Archive;

/// <summary>An endpoint that subscribes to some event of a batch.</summary>
/// <param name="Id">Of the endpoint.</param>
/// <param name="Events">Its subscription.</param>
/// <param name="NumberId">The number that it is bound to; null for all.</param>
/// <param name="Ready">Whether it may be called without a claim: neither paused, held back nor failing, and without a rate limit that replicas share.</param>
/// <param name="Target">How it is called.</param>
internal sealed record SubscribedEndpoint(string Id, string[] Events, string? NumberId, bool Ready, DeliveryTarget Target)
{
    public DeliveryIds Deliveries { get; } = new(Id);
}

/// <summary>One delivery that is to be made.</summary>
internal sealed record PlannedDelivery(ArchivedEvent Item, SubscribedEndpoint Endpoint)
{
    public Guid Id => Endpoint.Deliveries.Of(Item.Event.EventId);
}

/// <summary>The deliveries of a batch of events.</summary>
/// <param name="Taken">Those that this replica attempts at once.</param>
/// <param name="Left">The others, which are due for whoever claims them.</param>
internal sealed record DeliveryPlan(List<PlannedDelivery> Taken, List<PlannedDelivery> Left)
{
    /// <summary>The events that any delivery is taken of, once each: a plan has an event's deliveries one behind the other.</summary>
    public Guid[] TakenEvents()
    {
        var ids = new List<Guid>(Taken.Count);
        foreach (var delivery in Taken)
        {
            if (ids.Count == 0 || ids[^1] != delivery.Item.Event.EventId)
            {
                ids.Add(delivery.Item.Event.EventId);
            }
        }

        return [.. ids];
    }

    /// <summary>Those of these events only.</summary>
    public DeliveryPlan Of(HashSet<Guid> eventIds)
        => new(Taken.FindAll(delivery => eventIds.Contains(delivery.Item.Event.EventId)), Left.FindAll(delivery => eventIds.Contains(delivery.Item.Event.EventId)));

    /// <summary>Every endpoint that selects an event gets it; the oldest events are taken first, as far as there is room.</summary>
    public static DeliveryPlan Of(IEnumerable<ArchivedEvent> events, IReadOnlyCollection<SubscribedEndpoint> endpoints, DeliveryRoom room)
    {
        var plan = new DeliveryPlan([], []);
        if (endpoints.Count == 0)
        {
            return plan;
        }

        var rooms = room.Endpoints.Zip(room.Rooms).ToDictionary(one => one.First, one => one.Second);
        var (slots, bytes) = (room.Slots, room.Bytes);
        var selected = new Dictionary<(string Event, string? NumberId), List<SubscribedEndpoint>>();
        foreach (var item in events.OrderBy(item => item.Event.ReceivedAt))
        {
            foreach (var endpoint in Selected(item.Event))
            {
                var free = rooms.GetValueOrDefault(endpoint.Id, room.Initial);
                if (!endpoint.Ready || free <= 0 || slots <= 0 || bytes <= 0)
                {
                    plan.Left.Add(new PlannedDelivery(item, endpoint));
                    continue;
                }

                rooms[endpoint.Id] = free - 1;
                slots--;
                bytes -= item.Event.Payload.Length;
                plan.Taken.Add(new PlannedDelivery(item, endpoint));
            }
        }

        return plan;

        List<SubscribedEndpoint> Selected(IWebhookEvent message)
        {
            if (!selected.TryGetValue((message.Event, message.NumberId), out var list))
            {
                var patterns = EventGate.Patterns(message.Event);
                selected[(message.Event, message.NumberId)] = list =
                    [.. endpoints.Where(endpoint => endpoint.Events.Any(patterns.Contains) && (endpoint.NumberId is null || endpoint.NumberId == message.NumberId))];
            }

            return list;
        }
    }
}
