using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PilotHooks.Contracts;
using PilotHooks.Relay.Archive;
using PilotHooks.Relay.Endpoints;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Tells whoever subscribed to <c>delivery.alert</c> that an endpoint is in trouble: its circuit opened (<c>circuit</c>), or
/// it was paused (<c>gone</c>, <c>failing</c>). An event like any other, archived and delivered, whose id stands for the
/// outage and the reason: every replica may see an outage, and it alerts once.
/// </summary>
internal static class DeliveryAlert
{
    private const string Circuit = "circuit";
    private const string Source = "pilothooks";

    /// <summary>The alert that this change calls for, or null.</summary>
    public static ArchivedEvent? Of(EndpointHealth before, EndpointHealth after, string? pausedReason, string? numberId, DateTime now)
    {
        var reason = pausedReason ?? (after.CircuitOpen && !before.CircuitOpen ? Circuit : null);
        if (reason is null)
        {
            return null;
        }

        var data = new { webhookId = after.EndpointId, reason, failures = after.Failures, failingSince = At(after.FailingSince ?? now), createdAt = At(now) };
        var body = JsonSerializer.SerializeToUtf8Bytes(new { @event = EventGate.DeliveryAlert, data }, ApiJson.Options);
        return new ArchivedEvent(new UnknownEventReceived(Id(after, reason, now), EventGate.DeliveryAlert, Source, numberId, At(now), At(now), body), TraceParent: null);
    }

    private static Guid Id(EndpointHealth health, string reason, DateTime now)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{health.EndpointId}|{health.FailingSince ?? now:O}|{reason}"));
        return new Guid(hash.AsSpan(0, 16));
    }

    private static DateTimeOffset At(DateTime utc) => new(utc, TimeSpan.Zero);
}
