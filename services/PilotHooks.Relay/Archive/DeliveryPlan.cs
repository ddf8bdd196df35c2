using PilotHooks.Contracts;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Endpoints;

namespace PilotHooks.Relay.Archive;

/// <summary>An endpoint that subscribes to some event of a batch.</summary>
/// <param name="Id">Of the endpoint.</param>
/// <param name="Events">Its subscription.</param>
/// <param name="NumberId">The number that it is bound to; null for all.</param>
/// <param name="Healthy">Whether it may be called now: neither paused, held back nor failing.</param>
/// <param name="RateLimited">Whether all replicas share a rate limit, so that it is called by claims only.</param>
/// <param name="Target">How it is called.</param>
internal sealed record SubscribedEndpoint(string Id, string[] Events, string? NumberId, bool Healthy, bool RateLimited, DeliveryTarget Target)
{
    /// <summary>Whether it may be called without a claim.</summary>
    public bool Ready => Healthy && !RateLimited;

    public DeliveryIds Deliveries { get; } = new(Id);
}

/// <summary>One delivery that is to be made.</summary>
internal sealed record PlannedDelivery(ArchivedEvent Item, SubscribedEndpoint Endpoint)
{
    public Guid Id => Endpoint.Deliveries.Of(Item.Event.EventId);
}

/// <summary>The deliveries of a batch of events.</summary>
/// <param name="Taken">Those that this replica attempts at once.</param>
/// <param name="Deferred">
/// Of the same events, those that need not be due at once, because their endpoint is not well or has more than it takes: they
/// are written with the outcomes of the others, so an endpoint that hangs costs a healthy one nothing.
/// </param>
/// <param name="Left">The others, which are due for whoever claims them.</param>
internal sealed record DeliveryPlan(List<PlannedDelivery> Taken, List<PlannedDelivery> Deferred, List<PlannedDelivery> Left)
{
    public static DeliveryPlan Empty => new([], [], []);

    /// <summary>The events that any delivery is taken of, once each.</summary>
    public Guid[] TakenEvents() => [.. Taken.Select(delivery => delivery.Item.Event.EventId).Distinct()];

    /// <summary>Those of these events only.</summary>
    public DeliveryPlan Of(HashSet<Guid> eventIds)
    {
        return new(Of(Taken), Of(Deferred), Of(Left));

        List<PlannedDelivery> Of(List<PlannedDelivery> deliveries) => deliveries.FindAll(delivery => eventIds.Contains(delivery.Item.Event.EventId));
    }

    /// <summary>Every endpoint that selects an event gets it; the oldest events are taken first, as far as there is room.</summary>
    public static DeliveryPlan Of(IEnumerable<ArchivedEvent> events, IReadOnlyCollection<SubscribedEndpoint> endpoints, DeliveryRoom room)
    {
        var plan = Empty;
        if (endpoints.Count == 0)
        {
            return plan;
        }

        var rooms = room.Endpoints.Zip(room.Rooms).ToDictionary(one => one.First, one => one.Second);
        var (slots, bytes) = (room.Slots, room.Bytes);
        var selected = new Dictionary<(string Event, string? NumberId), List<SubscribedEndpoint>>();
        var waiting = new List<PlannedDelivery>();
        foreach (var item in events.OrderBy(item => item.Event.ReceivedAt))
        {
            var taken = plan.Taken.Count;
            foreach (var endpoint in Selected(item.Event))
            {
                var free = rooms.GetValueOrDefault(endpoint.Id, room.Initial);
                if (endpoint.Ready && free > 0 && slots > 0 && bytes > 0)
                {
                    rooms[endpoint.Id] = free - 1;
                    slots--;
                    bytes -= item.Event.Payload.Length;
                    plan.Taken.Add(new PlannedDelivery(item, endpoint));
                }
                else
                {
                    (!endpoint.Healthy || (endpoint.Ready && free <= 0) ? waiting : plan.Left).Add(new PlannedDelivery(item, endpoint));
                }
            }

            (plan.Taken.Count > taken ? plan.Deferred : plan.Left).AddRange(waiting);
            waiting.Clear();
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
