using Microsoft.Playwright;
using PilotHooks.Browser.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PilotHooks.Browser.Tests.Sessions;

[Collection(ConsoleCollection.Name)]
public sealed class SignInTests(ConsoleSystem system)
{
    [Fact]
    public Task Page_asks_a_stranger_for_a_key_and_then_shows_what_was_asked_for()
        => system.VisitAsync("/keys?limit=5", async page =>
        {
            await Expect(page).ToHaveURLAsync($"{system.Address}/sign-in?returnUrl=%2Fkeys%3Flimit%3D5");
            await page.ShouldBeAccessibleAsync();
            await page.GetByLabel("API key").FillAsync(system.ApiKey);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
            await Expect(page).ToHaveURLAsync($"{system.Address}/keys?limit=5");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "API keys" })).ToBeVisibleAsync();
        }, Viewer.Stranger);

    [Fact]
    public Task Wrong_key_is_refused_with_a_reason()
        => system.VisitAsync("/sign-in", async page =>
        {
            await page.GetByLabel("API key").FillAsync("ps_wrong");
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.GetByText("This API key is not valid")).ToBeVisibleAsync();
            await page.ShouldBeAccessibleAsync();
        }, Viewer.Stranger);

    [Fact]
    public Task Printed_link_signs_in_once()
        => system.VisitAsync(system.SignInLink, page => Expect(page.GetByText("This link no longer signs in")).ToBeVisibleAsync(), Viewer.Stranger);

    [Fact]
    public Task Link_of_another_run_says_so()
        => system.VisitAsync("/sign-in/0123456789012345678901", page => Expect(page.GetByText("This link no longer signs in")).ToBeVisibleAsync(), Viewer.Stranger);

    [Fact]
    public async Task Signing_out_ends_the_session()
        => await system.VisitAsync("/sign-in?returnUrl=/keys", async page =>
        {
            // A session of its own: it is over for everybody who has its cookie.
            await page.GetByLabel("API key").FillAsync(system.ApiKey);
            await page.Keyboard.PressAsync("Enter");
            await Expect(page).ToHaveURLAsync($"{system.Address}/keys");
            var cookies = await page.Context.CookiesAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
            await Expect(page).ToHaveURLAsync($"{system.Address}/sign-in");
            await page.Context.AddCookiesAsync(cookies.Select(cookie => new Cookie { Name = cookie.Name, Value = cookie.Value, Domain = cookie.Domain, Path = cookie.Path }));
            await page.GotoAsync("/keys");
            await Expect(page).ToHaveURLAsync($"{system.Address}/sign-in?returnUrl=%2Fkeys");
        }, Viewer.Stranger);

    [Fact]
    public async Task Removed_key_is_out_of_an_open_page_too()
    {
        var (id, key) = await system.CreateKeyAsync("To be removed");
        await system.VisitAsync("/sign-in?returnUrl=/keys", async page =>
        {
            await page.GetByLabel("API key").FillAsync(key);
            await page.Keyboard.PressAsync("Enter");
            await Expect(page).ToHaveURLAsync($"{system.Address}/keys");

            (await system.Api.DeleteAsync($"/v1/api-keys/{id}")).EnsureSuccessStatusCode();

            // The list reads itself again every few seconds.
            await Expect(page).ToHaveURLAsync($"{system.Address}/sign-in?returnUrl=%2Fkeys", new() { Timeout = 15_000 });
        }, Viewer.Stranger with { Expects = "401" });
    }

    [Fact]
    public async Task Key_of_a_number_is_not_led_to_what_it_cannot_use()
    {
        var (_, key) = await system.CreateKeyAsync("Of a number", "cmm0mainstore");
        await system.VisitAsync("/sign-in", async page =>
        {
            await page.GetByLabel("API key").FillAsync(key);
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.GetByText("cmm0mainstore")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "API keys" })).ToHaveCountAsync(0);
            await page.GotoAsync("/keys");
            await Expect(page.GetByText("This key may not do that")).ToBeVisibleAsync();
        }, Viewer.Stranger);
    }
}
