using System.Globalization;
using System.Text.Json;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Messaging.Messages;

/// <summary>Times in events: UTC, to the microsecond, since the database keeps no more.</summary>
internal static class EventTime
{
    /// <summary>The time in the first of these fields that holds one, ISO 8601 or Unix seconds.</summary>
    public static DateTime? Time(this JsonElement fields, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (fields.UnixTime(name) is { } unix)
            {
                return Of(unix);
            }

            if (DateTimeOffset.TryParse(fields.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            {
                return Of(time);
            }
        }

        return null;
    }

    public static DateTime Of(DateTimeOffset time)
        => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);
}
