using PilotHooks.Browser.Tests.Screens;
using PilotHooks.Browser.Tests.Support;

namespace PilotHooks.Browser.Tests.Events;

/// <summary>The live feed and one event's journey.</summary>
internal static class EventsScreens
{
    public static readonly IReadOnlyList<Screen> List =
    [
        new("events", "/events"),
        new("event", async system => $"/events/{await NewestAsync(system)}"),
        new("event-replay", async system => $"/events/{await NewestAsync(system)}?dialog=replay"),
    ];

    private static async Task<string> NewestAsync(ConsoleSystem system)
        => (string)(await system.ReadAsync("/v1/events?event=message.*&limit=1", page => page["items"]!.AsArray().Count > 0))["items"]![0]!["eventId"]!;
}
