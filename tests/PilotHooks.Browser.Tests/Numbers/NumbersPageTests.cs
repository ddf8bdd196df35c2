using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PilotHooks.Browser.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PilotHooks.Browser.Tests.Numbers;

[Collection(ConsoleCollection.Name)]
public sealed class NumbersPageTests(ConsoleSystem system)
{
    private readonly string _numberId = $"num-{Guid.NewGuid():N}";

    [Fact]
    public async Task Number_that_goes_down_turns_red_and_moves_up_without_a_reload()
    {
        await PostAsync("number.connected", DateTimeOffset.UtcNow.AddSeconds(-30));
        await system.ReadAsync($"/v1/numbers?numberId={_numberId}", page => page["items"]!.AsArray().Count == 1);
        await system.VisitAsync("/numbers", async page =>
        {
            var row = page.Locator($"tr[data-key='{_numberId}']");
            await Expect(page.Locator("#numbers-fine").Locator($"tr[data-key='{_numberId}']")).ToBeVisibleAsync();
            await Expect(row.GetByText("Connected", new() { Exact = true })).ToBeVisibleAsync();
            await Expect(row.GetByRole(AriaRole.Img, new() { NameRegex = new Regex("Last 24 hours: 100% connected") })).ToBeVisibleAsync();
            await page.EvaluateAsync("() => { window.isFirst = true; }");

            await PostAsync("number.disconnected", DateTimeOffset.UtcNow);

            await Expect(page.Locator("#numbers-trouble").Locator($"tr[data-key='{_numberId}']")).ToHaveClassAsync(new Regex(@"\bbad\b"));
            await Expect(row.GetByText("Disconnected", new() { Exact = true })).ToBeVisibleAsync();
            await Expect(row).ToHaveCountAsync(1);
            (await page.EvaluateAsync<bool>("() => window.isFirst")).ShouldBeTrue();
        });
    }

    [Fact]
    public async Task Number_that_goes_down_turns_red_within_a_second()
    {
        await PostAsync("number.connected", DateTimeOffset.UtcNow.AddSeconds(-30));
        await system.ReadAsync($"/v1/numbers?numberId={_numberId}", page => page["items"]!.AsArray().Count == 1);
        await system.VisitAsync("/numbers", async page =>
        {
            var fine = page.Locator("#numbers-fine").Locator($"tr[data-key='{_numberId}']");
            await Expect(fine).ToBeVisibleAsync();
            await DownAsync(0);
            await Expect(page.Locator("#numbers-trouble").Locator($"tr[data-key='{_numberId}']")).ToBeVisibleAsync();
            await UpAsync(0);

            await page.ShouldShowWithinASecondAsync(DownAsync, $"() => document.querySelector(`#numbers-trouble tr.bad[data-key='{_numberId}']`)", UpAsync);

            Task DownAsync(int time) => PostAsync("number.disconnected", DateTimeOffset.UtcNow);
            async Task UpAsync(int time)
            {
                await PostAsync("number.connected", DateTimeOffset.UtcNow);
                await Expect(fine).ToBeVisibleAsync();
            }
        });
    }

    [Fact]
    public async Task Number_explains_what_is_wrong_until_it_is_not_and_tells_each_bar()
    {
        var now = DateTimeOffset.UtcNow;
        await PostAsync("number.connected", now.AddHours(-3));
        await PostAsync("number.disconnected", now.AddHours(-2));
        await PostAsync("number.connected", now.AddHours(-1));
        await PostAsync("number.health_blocked", now.AddMinutes(-20), "Too many complaints.", "ACCOUNT_RESTRICTED");
        await system.ReadAsync($"/v1/numbers?numberId={_numberId}&health=blocked", page => page["items"]!.AsArray().Count == 1);
        await system.VisitAsync($"/numbers/{_numberId}", async page =>
        {
            var notice = page.Locator("#number-trouble");
            await Expect(notice).ToContainTextAsync("Blocked by WhatsApp");
            await Expect(notice).ToContainTextAsync("Too many complaints.");
            await Expect(notice).ToContainTextAsync("ACCOUNT_RESTRICTED");
            await Expect(page.Locator("main table tbody tr")).ToHaveCountAsync(4);
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Messages" }).Last).ToHaveAttributeAsync("href", $"/messages?numberId={_numberId}");

            var bars = page.Locator("[data-strip]").First.Locator("li");
            await bars.Last.FocusAsync();
            await Expect(bars.Last.Locator(".numbers-tip")).ToHaveCSSAsync("opacity", "1");
            await Expect(bars.Last).ToContainTextAsync("Degraded");
            await page.Keyboard.PressAsync("Home");
            await Expect(bars.First).ToBeFocusedAsync();
            await Expect(bars.First).ToContainTextAsync("Not known");
            await Expect(bars.Filter(new() { HasText = "Down" })).Not.ToHaveCountAsync(0);

            await PostAsync("number.recovered", DateTimeOffset.UtcNow);

            await Expect(notice).ToHaveCountAsync(0);
            await Expect(page.GetByText("Recovered", new() { Exact = true })).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task Numbers_are_narrowed_to_a_health_that_nobody_knew_and_unknown_ones_are_told()
    {
        var health = $"of_{_numberId[4..]}";
        await PostAsync($"number.health_{health}", DateTimeOffset.UtcNow);
        await system.ReadAsync($"/v1/numbers?health={health}", page => page["items"]!.AsArray().Count == 1);
        await system.VisitAsync($"/numbers?health={health}", async page =>
        {
            await Expect(page.Locator("tr[data-key]")).ToHaveCountAsync(1);
            await page.GetByLabel("State").SelectOptionAsync("connected");
            await Expect(page.GetByText("No number is like that")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "Show all numbers" }).ClickAsync();
            await Expect(page).ToHaveURLAsync($"{system.Address}/numbers");
        });
        await system.VisitAsync("/numbers/nobody", page => Expect(page.GetByText("There is nothing here")).ToBeVisibleAsync());
    }

    private Task PostAsync(string name, DateTimeOffset at, string? error = null, string? errorCode = null)
        => system.PostAsync(JsonSerializer.Serialize(new
        {
            @event = name,
            data = new { numberId = _numberId, phone = "+5511900000999", displayName = "Of a test", error, errorCode, createdAt = at.UtcDateTime.ToString("O") },
        }));
}
