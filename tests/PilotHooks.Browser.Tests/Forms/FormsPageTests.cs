using System.Text.Json;
using Microsoft.Playwright;
using PilotHooks.Browser.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PilotHooks.Browser.Tests.Forms;

[Collection(ConsoleCollection.Name)]
public sealed class FormsPageTests(ConsoleSystem system)
{
    [Fact]
    public async Task Submissions_are_a_table_of_all_their_fields_and_a_file_for_spreadsheets()
    {
        var tag = Guid.NewGuid().ToString("N")[..8];
        await SubmitAsync(tag, new Dictionary<string, object> { [$"size_{tag}"] = "=1+1", ["customer"] = new Dictionary<string, object> { [$"city_{tag}"] = "São Paulo, SP" } });
        await SubmitAsync(tag, new Dictionary<string, object> { [$"toppings_{tag}"] = new[] { "olives", "onions" } });
        await system.ReadAsync("/v1/forms", page => page["items"]!.AsArray().Count(form => form!["fields"]!.ToJsonString().Contains(tag, StringComparison.Ordinal)) == 2);

        await system.VisitAsync("/forms", async page =>
        {
            await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = $"size_{tag}" })).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = $"customer.city_{tag}" })).ToBeAttachedAsync();
            await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = $"toppings_{tag}" })).ToBeAttachedAsync();
            await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "São Paulo, SP" })).ToBeAttachedAsync();

            var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download as CSV" }).ClickAsync());
            download.SuggestedFilename.ShouldBe("forms.csv");
            var bytes = await File.ReadAllBytesAsync(await download.PathAsync());
            bytes[..3].ShouldBe([0xEF, 0xBB, 0xBF]);
            var text = System.Text.Encoding.UTF8.GetString(bytes);
            text.Split("\r\n")[0].ShouldContain($"customer.city_{tag}");
            text.ShouldContain("'=1+1");
            text.ShouldContain("\"São Paulo, SP\"");

            await page.Locator("tr", new() { HasText = "São Paulo, SP" }).GetByRole(AriaRole.Link).First.ClickAsync();
            await Expect(page.Locator("#form-fields")).ToContainTextAsync($"\"city_{tag}\"");
        });
    }

    [Fact]
    public Task Time_without_a_submission_says_so_and_leads_back()
        => system.VisitAsync("/forms?until=2001-01-01T00:00:00Z", async page =>
        {
            await Expect(page.GetByText("No submission is like that")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "Show all submissions" }).ClickAsync();
            await Expect(page).ToHaveURLAsync($"{system.Address}/forms");
        });

    private Task SubmitAsync(string tag, Dictionary<string, object> fields)
        => system.PostAsync(
            JsonSerializer.Serialize(new { id = $"evt_{tag}_{Guid.NewGuid():N}", type = "form.submitted", created_at = DateTimeOffset.UtcNow.ToUnixTimeSeconds(), data = new { @object = fields } }),
            "platform");
}
