namespace PilotHooks.Browser.Tests.Screens;

/// <summary>Every screen there is.</summary>
internal static class AllScreens
{
    public static readonly IReadOnlyList<Screen> List =
    [
        new("overview", "/"),
        new("keys", "/keys"),
        new("keys-delete", "/keys", page => page.Locator("[data-opens]").First.ClickAsync()),
    ];
}
