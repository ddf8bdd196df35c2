using System.Globalization;
using Microsoft.Playwright;
using PilotHooks.Browser.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PilotHooks.Browser.Tests.Keys;

[Collection(ConsoleCollection.Name)]
public sealed class KeysPageTests(ConsoleSystem system)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Key_is_made_shown_once_and_deleted(bool hasScript)
    {
        var name = $"Till {Guid.NewGuid():N}";
        await system.VisitAsync("/keys", async page =>
        {
            await page.GetByLabel("Name").FillAsync(name);
            await page.GetByRole(AriaRole.Button, new() { Name = "Create key" }).ClickAsync();
            var key = await page.Locator("#new-key").TextContentAsync();
            key.ShouldNotBeNull().ShouldStartWith("ps_");
            if (hasScript)
            {
                await page.GetByRole(AriaRole.Button, new() { Name = "Copy the key" }).ClickAsync();
                await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Copied" })).ToBeVisibleAsync();
                (await page.EvaluateAsync<string>("() => navigator.clipboard.readText()")).ShouldBe(key);
            }

            page.Url.ShouldBe($"{system.Address}/keys");
            await page.ReloadAsync();
            await Expect(page.GetByText(key)).ToHaveCountAsync(0);
            await Expect(page.GetByRole(AriaRole.Cell, new() { Name = name, Exact = true })).ToHaveCountAsync(1);
            await page.GetByLabel($"Delete {name}").ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Delete “{name}”?" })).ToBeVisibleAsync();
            await page.Locator("dialog[open]").GetByText("Cancel").ClickAsync();
            await Expect(page.Locator("dialog[open]")).ToHaveCountAsync(0);
            await page.GetByLabel($"Delete {name}").ClickAsync();
            await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();

            await Expect(page.GetByText($"Key “{name}” deleted.")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Cell, new() { Name = name, Exact = true })).ToHaveCountAsync(0);
            await page.GotoAsync("/keys");
            await Expect(page.GetByText($"Key “{name}” deleted.")).ToHaveCountAsync(0);
        }, new Viewer { HasScript = hasScript });
    }

    [Fact]
    public Task Refused_key_keeps_what_was_typed_and_says_why()
        => system.VisitAsync("/keys", async page =>
        {
            await page.GetByLabel("Name").FillAsync("Till");
            await page.GetByLabel("Number id").FillAsync("with space");
            await page.GetByRole(AriaRole.Button, new() { Name = "Create key" }).ClickAsync();
            await Expect(page.GetByText("without spaces")).ToBeVisibleAsync();
            await Expect(page.GetByLabel("Name")).ToHaveValueAsync("Till");
            await Expect(page.GetByLabel("Number id")).ToHaveValueAsync("with space");
            await page.ShouldBeAccessibleAsync();
        });

    [Fact]
    public Task List_follows_what_happens_elsewhere_and_leaves_alone_what_is_typed()
        => system.VisitAsync("/keys", async page =>
        {
            await page.GetByLabel("Name").FillAsync("Being typed");
            var name = $"Elsewhere {Guid.NewGuid():N}";
            var (id, _) = await system.CreateKeyAsync(name);
            var cell = page.GetByRole(AriaRole.Cell, new() { Name = name, Exact = true });
            await Expect(cell).ToBeVisibleAsync(new() { Timeout = 15_000 });
            await Expect(page.GetByLabel("Name")).ToHaveValueAsync("Being typed");
            (await system.Api.DeleteAsync($"/v1/api-keys/{id}")).EnsureSuccessStatusCode();
            await Expect(cell).ToHaveCountAsync(0, new() { Timeout = 15_000 });
        });

    [Fact]
    public async Task Times_are_in_the_viewers_zone_with_utc_on_hover()
    {
        await system.CreateKeyAsync("With a time");
        await system.VisitAsync("/keys", async page =>
        {
            var time = page.Locator("time").First;
            var at = DateTimeOffset.Parse((await time.GetAttributeAsync("datetime"))!, CultureInfo.InvariantCulture);
            (await time.GetAttributeAsync("title"))!.ShouldContain(at.ToString("HH:mm:ss", CultureInfo.InvariantCulture));
            // São Paulo is three hours behind.
            await Expect(time).ToContainTextAsync(at.AddHours(-3).ToString("mm:ss", CultureInfo.InvariantCulture));
            await Expect(time).Not.ToContainTextAsync("UTC");
        });
        await system.VisitAsync("/keys", page => Expect(page.Locator("time").First).ToContainTextAsync("UTC"), new Viewer { HasScript = false });
    }

    [Fact]
    public async Task Pages_of_the_list_lead_there_and_back_without_script()
    {
        for (var count = 0; count < 51; count++)
        {
            await system.CreateKeyAsync($"Many {count}");
        }

        await system.VisitAsync("/keys", async page =>
        {
            var first = await page.Locator("tbody tr").First.GetAttributeAsync("data-key");
            await page.GetByRole(AriaRole.Link, new() { Name = "Next" }).ClickAsync();
            await Expect(page.Locator($"tr[data-key='{first}']")).ToHaveCountAsync(0);
            await page.GetByRole(AriaRole.Link, new() { Name = "Previous" }).ClickAsync();
            await Expect(page.Locator("tbody tr").First).ToHaveAttributeAsync("data-key", first!);
        }, new Viewer { HasScript = false });
    }
}
