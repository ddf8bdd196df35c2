using System.Collections.Concurrent;
using PilotHooks.Simulator.Business;
using PilotHooks.Simulator.Delivery;
using PilotHooks.Simulator.Events;

namespace PilotHooks.Simulator.Provider;

/// <summary>A webhook as somebody registered it.</summary>
internal sealed record Webhook(string Id, string Name, Uri Url, bool Active, IReadOnlyList<string> Events, string? NumberId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>An empty list wants nothing; <c>"*"</c> everything; <c>number.health_*</c> is a name with an open end.</summary>
    public bool Wants(SimulatedEvent item)
        => Active
            && item.Sender is Sender.PilotStatus
            && (NumberId is null || item.NumberId is null || item.NumberId == NumberId)
            && Events.Any(name => name == item.Name || (name.EndsWith('*') && item.Name.StartsWith(name[..^1], StringComparison.Ordinal)));
}

/// <summary>The registered webhooks, in memory, each with a courier of its own so that none holds up another.</summary>
internal sealed class WebhookRegistry(DeliveryClient client, World world, TimeProvider time, ILogger<WebhookRegistry> logger)
{
    private const int MaxWebhooks = 100;

    private readonly ConcurrentDictionary<string, Registration> _registrations = new();
    private CancellationToken _stopping;

    public IReadOnlyList<Webhook> All => [.. _registrations.Values.Select(registration => registration.Webhook).OrderByDescending(webhook => webhook.CreatedAt)];

    public Webhook? Find(string id) => _registrations.GetValueOrDefault(id)?.Webhook;

    /// <summary>Null if there are too many.</summary>
    public Webhook? Add(string name, Uri url, IReadOnlyList<string> events, string? numberId)
    {
        if (_registrations.Count >= MaxWebhooks)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var registration = new Registration(new Webhook(world.Tell(it => it.UpperId("wh_")), name, url, Active: true, events, numberId, now, now), _stopping);
        registration.Courier = new Courier(client, DeliveryPolicy.Webhook, _ => registration.Webhook.Url, counts: null, time, logger);
        _registrations[registration.Webhook.Id] = registration;
        _ = registration.Courier.RunAsync(registration.Removed.Token);
        return registration.Webhook;
    }

    public Webhook? Change(string id, Func<Webhook, Webhook> change)
    {
        if (_registrations.GetValueOrDefault(id) is not { } registration)
        {
            return null;
        }

        lock (registration)
        {
            return registration.Webhook = change(registration.Webhook) with { UpdatedAt = time.GetUtcNow() };
        }
    }

    public bool Remove(string id)
    {
        if (!_registrations.TryRemove(id, out var registration))
        {
            return false;
        }

        registration.Removed.Cancel();
        return true;
    }

    /// <summary>Gives the event to those who want it and have room.</summary>
    public void Offer(SimulatedEvent item)
    {
        foreach (var (_, registration) in _registrations)
        {
            if (registration.Webhook.Wants(item))
            {
                registration.Courier?.TryTake(new Parcel(item));
            }
        }
    }

    /// <summary>Ends the couriers with the host.</summary>
    public Task RunAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        return Task.CompletedTask;
    }

    private sealed class Registration(Webhook webhook, CancellationToken stopping)
    {
        public Webhook Webhook { get; set; } = webhook;

        public Courier? Courier { get; set; }

        public CancellationTokenSource Removed { get; } = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    }
}
