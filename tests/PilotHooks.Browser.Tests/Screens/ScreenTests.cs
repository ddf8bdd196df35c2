using Microsoft.Playwright;
using PilotHooks.Browser.Tests.Support;

namespace PilotHooks.Browser.Tests.Screens;

[Collection(ConsoleCollection.Name)]
public sealed class ScreenTests(ConsoleSystem system)
{
    public static TheoryData<string> Names => [.. AllScreens.List.Select(screen => screen.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Screen_is_accessible_and_fits_in_light_and_dark_and_on_a_phone(string name)
    {
        var screen = AllScreens.List.Single(screen => screen.Name == name);
        await SettleAsync();
        var path = await screen.Path(system);
        foreach (var (suffix, viewer) in new[]
        {
            ("", new Viewer { Height = 800 }),
            ("-dark", new Viewer { Height = 800, IsDark = true }),
            ("-narrow", new Viewer { Width = Viewer.NarrowWidth, Height = 812 }),
            ("-pt", new Viewer { Width = Viewer.NarrowWidth, Height = 812, Language = "pt-BR", IsDark = true }),
        })
        {
            await system.VisitAsync(path, page => CheckAsync(page, screen, $"{screen.Name}{suffix}"), viewer);
        }
    }

    private static async Task CheckAsync(IPage page, Screen screen, string name)
    {
        await page.ReadyAsync();
        if (screen.Prepare is { } prepare)
        {
            await prepare(page);
        }

        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Pictures.PathOf(name) });
        await page.ShouldFitAsync();
        await page.ShouldBeAccessibleAsync();
        (await page.Locator("h1").CountAsync()).ShouldBe(1);
    }

    /// <summary>The business has told one story of each kind by then, and there is a key to see.</summary>
    private async Task SettleAsync()
    {
        await system.ReadAsync("/v1/forms", page => page["items"]!.AsArray().Count > 0);
        await system.ReadAsync("/v1/calls", page => page["items"]!.AsArray().Count > 0);
        if ((await system.ReadAsync("/v1/api-keys", _ => true))["items"]!.AsArray().Count == 0)
        {
            await system.CreateKeyAsync("Shop till", "cmm0mainstore");
            await system.CreateKeyAsync("CRM");
        }
    }
}
