using Microsoft.Playwright;
using PilotHooks.Browser.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PilotHooks.Browser.Tests.Layout;

[Collection(ConsoleCollection.Name)]
public sealed class LayoutTests(ConsoleSystem system)
{
    [Fact]
    public Task Language_is_the_browsers_until_another_is_chosen()
        => system.VisitAsync("/keys", async page =>
        {
            await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "pt-BR");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Chaves de API");

            await page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();

            await Expect(page).ToHaveURLAsync($"{system.Address}/keys");
            await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "en");
            await page.GotoAsync("/");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Overview");
        }, new Viewer { Language = "pt-BR" });

    [Fact]
    public Task Appearance_is_the_systems_until_another_is_chosen()
        => system.VisitAsync("/keys", async page =>
        {
            var light = await BackgroundAsync(page);
            await ChooseAsync(page, "Dark");
            var dark = await BackgroundAsync(page);
            dark.ShouldNotBe(light);
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
            await ChooseAsync(page, "Light");
            (await BackgroundAsync(page)).ShouldBe(light);
            await ChooseAsync(page, "As the system");
            (await BackgroundAsync(page)).ShouldBe(dark);
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Menu_opens_on_a_phone(bool hasScript)
        => system.VisitAsync("/", async page =>
        {
            var link = page.GetByRole(AriaRole.Link, new() { Name = "API keys" });
            await Expect(link).ToBeHiddenAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
            await link.ClickAsync();
            await Expect(page).ToHaveURLAsync($"{system.Address}/keys");
        }, new Viewer { Width = Viewer.NarrowWidth, Height = 812, HasScript = hasScript });

    [Fact]
    public Task Keyboard_finds_the_content_first_and_shows_where_it_is()
        => system.VisitAsync("/keys", async page =>
        {
            await page.Keyboard.PressAsync("Tab");
            var skip = page.GetByRole(AriaRole.Link, new() { Name = "Skip to the content" });
            await Expect(skip).ToBeFocusedAsync();
            await Expect(skip).ToBeInViewportAsync();
            await page.Keyboard.PressAsync("Enter");
            await page.Keyboard.PressAsync("Tab");
            await Expect(page.GetByLabel("Name")).ToBeFocusedAsync();
            (await page.EvaluateAsync<string>("() => getComputedStyle(document.activeElement).outlineStyle")).ShouldBe("solid");
        });

    [Fact]
    public Task Unknown_page_says_so_and_leads_back()
        => system.VisitAsync("/nothing/here", async page =>
        {
            await Expect(page.GetByText("There is nothing here")).ToBeVisibleAsync();
            await page.ShouldBeAccessibleAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "Go to the first page" }).ClickAsync();
            await Expect(page).ToHaveURLAsync($"{system.Address}/");
        }, new Viewer { Expects = "404" });

    private static async Task ChooseAsync(IPage page, string appearance)
    {
        var choice = page.GetByRole(AriaRole.Button, new() { Name = appearance });
        await choice.ClickAsync();
        await Expect(choice).ToHaveAttributeAsync("aria-pressed", "true");
    }

    private static Task<string> BackgroundAsync(IPage page) => page.EvaluateAsync<string>("() => getComputedStyle(document.documentElement).backgroundColor");
}
