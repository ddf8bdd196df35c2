using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Messaging.Messages;

/// <summary>Times of events as they are stored: UTC, to the microsecond, since the database keeps no more.</summary>
internal static class EventTime
{
    public static DateTime Of(DateTimeOffset time)
        => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);

    /// <summary>The first of these texts that is a time, as far as it may count; else the event's own.</summary>
    public static DateTime Of(IWebhookEvent message, IReadOnlyList<string> texts)
    {
        foreach (var text in texts)
        {
            if (ProviderTime.Parse(text) is { } time)
            {
                return Of(ProviderTime.Clamp(time, message.ReceivedAt));
            }
        }

        return Of(message.OccurredAt);
    }
}
