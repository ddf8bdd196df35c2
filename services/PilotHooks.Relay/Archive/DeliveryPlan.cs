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

/// <summary>The deliveries of a batch of events, each in one of three lists.</summary>
/// <param name="AttemptedFirst">This replica attempts them before their rows are written.</param>
/// <param name="WrittenLater">
/// Deliveries of the same events to endpoints that are not well or have more than they take. Their rows are written with the
/// outcomes of the others, so an endpoint that hangs costs a healthy one nothing.
/// </param>
/// <param name="DueAtOnce">The others, whose rows are written with the events and are due for any claim.</param>
internal sealed record DeliveryPlan(List<PlannedDelivery> AttemptedFirst, List<PlannedDelivery> WrittenLater, List<PlannedDelivery> DueAtOnce)
{
    public static DeliveryPlan Empty => new([], [], []);

    public int Count => AttemptedFirst.Count + WrittenLater.Count + DueAtOnce.Count;

    /// <summary>The events of which a delivery is attempted first, once each.</summary>
    public Guid[] PromisedEvents() => [.. AttemptedFirst.Select(delivery => delivery.Item.Event.EventId).Distinct()];

    /// <summary>Those of these events only.</summary>
    public DeliveryPlan Of(HashSet<Guid> eventIds)
    {
        return new(Of(AttemptedFirst), Of(WrittenLater), Of(DueAtOnce));

        List<PlannedDelivery> Of(List<PlannedDelivery> deliveries) => deliveries.FindAll(delivery => eventIds.Contains(delivery.Item.Event.EventId));
    }

    /// <summary>Every endpoint that selects an event gets it. The oldest events are attempted first, as far as there is capacity.</summary>
    public static DeliveryPlan Of(IEnumerable<ArchivedEvent> events, IReadOnlyCollection<SubscribedEndpoint> endpoints, DeliveryCapacity capacity)
    {
        var plan = Empty;
        if (endpoints.Count == 0)
        {
            return plan;
        }

        var free = capacity.ByEndpoint();
        var (deliveries, bytes) = (capacity.Deliveries, capacity.Bytes);
        var selected = new Dictionary<(string Event, string? NumberId), List<SubscribedEndpoint>>();
        var waiting = new List<PlannedDelivery>();
        foreach (var item in events.OrderBy(item => item.Event.ReceivedAt))
        {
            var before = plan.AttemptedFirst.Count;
            foreach (var endpoint in Selected(item.Event))
            {
                var ofEndpoint = free.GetValueOrDefault(endpoint.Id, DeliveryCapacity.OfOtherEndpoint);
                if (endpoint.Ready && ofEndpoint > 0 && deliveries > 0 && bytes > 0)
                {
                    free[endpoint.Id] = ofEndpoint - 1;
                    deliveries--;
                    bytes -= item.Event.Payload.Length;
                    plan.AttemptedFirst.Add(new PlannedDelivery(item, endpoint));
                }
                else
                {
                    (!endpoint.Healthy || (endpoint.Ready && ofEndpoint <= 0) ? waiting : plan.DueAtOnce).Add(new PlannedDelivery(item, endpoint));
                }
            }

            (plan.AttemptedFirst.Count > before ? plan.WrittenLater : plan.DueAtOnce).AddRange(waiting);
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
