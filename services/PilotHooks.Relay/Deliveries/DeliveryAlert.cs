using PilotHooks.Relay.Archive;
using PilotHooks.Relay.Endpoints;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Tells whoever subscribed to <c>delivery.alert</c> that an endpoint is in trouble: its circuit opened (<c>circuit</c>), or
/// it was paused (<c>gone</c>, <c>failing</c>). An event like any other, archived and delivered, whose id stands for the
/// outage and the reason: every replica may see an outage, and it alerts once.
/// </summary>
internal static class DeliveryAlert
{
    private const string Circuit = "circuit";

    /// <summary>The alert that this change calls for, or null.</summary>
    public static ArchivedEvent? Of(EndpointHealth before, EndpointHealth after, string? pausedReason, string? numberId, DateTimeOffset now)
    {
        var reason = pausedReason ?? (after.CircuitOpen && !before.CircuitOpen ? Circuit : null);
        if (reason is null)
        {
            return null;
        }

        var since = after.FailingSince ?? now;
        var data = new { webhookId = after.EndpointId, reason, failures = after.Failures, failingSince = since, createdAt = now };
        return OwnEvent.Of(EventGate.DeliveryAlert, $"{after.EndpointId}|{since.UtcDateTime:O}|{reason}", numberId, data, now);
    }
}
