using Microsoft.Playwright;
using PilotHooks.Browser.Tests.DeadLetters;
using PilotHooks.Browser.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PilotHooks.Browser.Tests.Overview;

[Collection(ConsoleCollection.Name)]
public sealed class OverviewPageTests(ConsoleSystem system)
{
    [Fact]
    public async Task Figures_are_shown_and_follow_without_a_reload()
    {
        await system.ReadAsync("/v1/overview", overview => (long)overview["events"]!["MessageStatusReported"]!["total"]! > 0);
        await system.VisitAsync("/", async page =>
        {
            await page.EvaluateAsync("() => { window.isTheSamePage = true; }");
            var events = page.Locator(".tile", new() { Has = page.GetByRole(AriaRole.Link, new() { Name = "Events", Exact = true }) });
            await Expect(events).ToContainTextAsync("in the last hour");
            await Expect(page.Locator("#chart-events .bar").First).ToBeVisibleAsync();
            await Expect(page.Locator("#queues tbody tr")).ToHaveCountAsync(10);
            await page.Locator("#chart-ack summary").ClickAsync();
            var before = await events.InnerTextAsync();

            // The business goes on by itself.
            await Expect(events).Not.ToHaveTextAsync(before, new() { UseInnerText = true, Timeout = 60_000 });
            (await page.EvaluateAsync<bool>("() => window.isTheSamePage")).ShouldBeTrue();
            await Expect(page.Locator("#chart-ack details")).ToHaveAttributeAsync("open", "");
        });
    }

    [Fact]
    public async Task Trouble_comes_first_and_leads_to_where_it_is()
    {
        await system.FailAsync($"num-{Guid.NewGuid():N}", 1);
        await system.VisitAsync("/", async page =>
        {
            await page.Locator("#overview > :first-child").GetByRole(AriaRole.Link, new() { Name = "Dead letters that wait" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Dead letters" })).ToBeVisibleAsync();
        });
    }

    [Fact]
    public Task Help_names_the_addresses_of_this_system()
        => system.VisitAsync("/", async page =>
        {
            await page.GetByText("How to connect a provider and a subscriber").ClickAsync();
            await Expect(page.Locator("#how-whatsapp")).ToHaveTextAsync($"{system.Ingress}/hooks/whatsapp");
            await Expect(page.Locator("#how-try")).ToContainTextAsync($"curl {system.Ingress}/hooks/whatsapp");
            await Expect(page.Locator("#how-subscribe")).ToContainTextAsync($"curl {system.Address}/v1/webhooks");
        });

    [Fact]
    public async Task Key_of_a_number_sees_how_its_number_is()
    {
        await system.ReadAsync("/v1/numbers/cmm0mainstore", _ => true);
        var (_, key) = await system.CreateKeyAsync("Main store", "cmm0mainstore");
        await system.VisitAsync("/sign-in", async page =>
        {
            await page.GetByLabel("API key").FillAsync(key);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
            await Expect(page.GetByText("Main store")).ToBeVisibleAsync();
            await Expect(page.Locator(".overview-latest li").First).ToBeVisibleAsync();
            await Expect(page.Locator("#queues")).ToHaveCountAsync(0);
            await page.ShouldBeAccessibleAsync();
        }, Viewer.Stranger with { Width = Viewer.NarrowWidth });
    }
}
