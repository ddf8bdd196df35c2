using PilotHooks.Browser.Tests.Screens;

namespace PilotHooks.Browser.Tests.Calls;

/// <summary>All calls and one of them.</summary>
internal static class CallsScreens
{
    public static readonly IReadOnlyList<Screen> List =
    [
        new("calls", "/calls"),
        new("call", async system => $"/calls/{(string)(await system.ReadAsync("/v1/calls?limit=1", page => page["items"]!.AsArray().Count > 0))["items"]![0]!["callId"]!}"),
    ];
}
