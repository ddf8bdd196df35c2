using PilotHooks.Relay.Archive;
using PilotHooks.Relay.Endpoints;

namespace PilotHooks.Relay.Outages;

/// <summary>
/// Tells whoever subscribed to <c>number.alert</c> that a number has been down for too long: <c>disconnected</c>, or
/// <c>blocked</c>. Its id stands for the number and the outage: however often it is made, it is one event.
/// </summary>
internal static class NumberAlert
{
    public static ArchivedEvent Of(string numberId, DateTimeOffset downSince, string reason, DateTimeOffset now)
        => OwnEvent.Of(EventGate.NumberAlert, $"{numberId}|{downSince.UtcDateTime:O}", numberId, new { numberId, reason, downSince, createdAt = now }, now);
}
