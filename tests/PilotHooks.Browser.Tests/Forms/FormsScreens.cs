using PilotHooks.Browser.Tests.Screens;

namespace PilotHooks.Browser.Tests.Forms;

/// <summary>All submissions and one of them.</summary>
internal static class FormsScreens
{
    public static readonly IReadOnlyList<Screen> List =
    [
        new("forms", "/forms"),
        new("form", async system => $"/forms/{(string)(await system.ReadAsync("/v1/forms?limit=1", page => page["items"]!.AsArray().Count > 0))["items"]![0]!["eventId"]!}"),
    ];
}
