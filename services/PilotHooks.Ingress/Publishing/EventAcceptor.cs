using PilotHooks.Ingress.Numbers;
using PilotHooks.Ingress.Sources;
using PilotHooks.Ingress.Spool;
using PilotHooks.Ingress.Webhooks;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Ingress.Publishing;

/// <summary>Finds an event's number, and makes the event durable: in the broker, else in the spool.</summary>
internal sealed class EventAcceptor(OwnPhones phones, EventPublisher publisher, EventSpool spool, IngressMetrics metrics)
{
    /// <summary>False if neither could take it.</summary>
    /// <param name="source">Where it came from.</param>
    /// <param name="parsed">What it is.</param>
    /// <param name="body">As it came.</param>
    /// <param name="receivedAt">When it came.</param>
    /// <param name="knownNumber">Its number, where the event does not tell.</param>
    public async ValueTask<bool> TryAcceptAsync(Source source, ProviderEvent parsed, ReadOnlyMemory<byte> body, DateTimeOffset receivedAt, string? knownNumber = null)
    {
        var occurredAt = ProviderTime.Clamp(parsed.OccurredAt ?? receivedAt, receivedAt);
        phones.Learn(in parsed, occurredAt);
        var numberId = parsed.NumberId ?? (parsed.Parties == default ? null : await phones.FindAsync(parsed.Parties)) ?? knownNumber;
        var accepted = new AcceptedEvent(parsed.Kind, parsed.EventId, parsed.Name, source.Name, numberId, occurredAt, receivedAt, body, parsed.Unrecognized);
        if (await publisher.TryPublishAsync(accepted))
        {
            return true;
        }

        if (!await spool.TryPushAsync(accepted))
        {
            return false;
        }

        metrics.Spooled(source.Name);
        return true;
    }
}
