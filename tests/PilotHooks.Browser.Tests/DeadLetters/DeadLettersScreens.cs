using PilotHooks.Browser.Tests.Screens;
using PilotHooks.Browser.Tests.Support;

namespace PilotHooks.Browser.Tests.DeadLetters;

/// <summary>What could not be processed, and one of it.</summary>
internal static class DeadLettersScreens
{
    private const string FailedNumber = "cmm0deadletters";

    public static readonly IReadOnlyList<Screen> List =
    [
        new("dead-letters", async system => $"/dead-letters?numberId={await FailedAsync(system)}"),
        new("dead-letters-one", async system => $"/dead-letters?letter={await LetterAsync(system)}"),
    ];

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
