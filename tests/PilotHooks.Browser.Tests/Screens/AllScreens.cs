using PilotHooks.Browser.Tests.DeadLetters;
using PilotHooks.Browser.Tests.Support;

namespace PilotHooks.Browser.Tests.Screens;

/// <summary>Every screen there is.</summary>
internal static class AllScreens
{
    public static readonly IReadOnlyList<Screen> List =
    [
        new("overview", "/"),
        new("events", "/events"),
        new("event", async system => $"/events/{(string)(await system.ReadAsync("/v1/events?event=message.*&limit=1", page => page["items"]!.AsArray().Count > 0))["items"]![0]!["eventId"]!}"),
        new("event-replay", async system => $"/events/{(string)(await system.ReadAsync("/v1/events?event=message.*&limit=1", page => page["items"]!.AsArray().Count > 0))["items"]![0]!["eventId"]!}?dialog=replay"),
        new("dead-letters", async system => $"/dead-letters?numberId={await FailedAsync(system)}"),
        new("dead-letters-one", async system => $"/dead-letters?letter={await LetterAsync(system)}"),
        new("keys", "/keys"),
        new("keys-delete", "/keys", page => page.Locator("[data-opens]").First.ClickAsync()),
    ];

    private const string FailedNumber = "cmm0deadletters";

    private static async Task<string> FailedAsync(ConsoleSystem system)
    {
        if ((await system.ReadAsync($"/v1/dead-letters?numberId={FailedNumber}", _ => true))["items"]!.AsArray().Count == 0)
        {
            await system.FailAsync(FailedNumber, 3);
        }

        return FailedNumber;
    }

    private static async Task<string> LetterAsync(ConsoleSystem system)
        => (string)(await system.ReadAsync($"/v1/dead-letters?numberId={await FailedAsync(system)}", _ => true))["items"]![0]!["id"]!;
}
