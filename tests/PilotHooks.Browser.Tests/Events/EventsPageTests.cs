using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using PilotHooks.Browser.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PilotHooks.Browser.Tests.Events;

[Collection(ConsoleCollection.Name)]
public sealed class EventsPageTests(ConsoleSystem system)
{
    private readonly string _number = $"num-{Guid.NewGuid():N}";

    [Fact]
    public Task New_event_is_on_top_within_a_second_and_without_a_reload()
        => system.VisitAsync($"/events?numberId={_number}", async page =>
        {
            await Expect(page.GetByText("No event matches")).ToBeVisibleAsync();
            await page.EvaluateAsync("() => { window.isTheSamePage = true; }");
            await PostAsync("warm");
            await Expect(page.Locator("#events tbody tr")).ToHaveCountAsync(1);

            await page.ShouldShowWithinASecondAsync(
                time => PostAsync($"event-{time}"),
                "time => document.querySelectorAll('#events tbody tr').length === time + 1");

            var ids = await IdsAsync();
            await Expect(page.Locator("#events tbody tr").First).ToHaveAttributeAsync("data-key", ids[0]);
            (await page.EvaluateAsync<bool>("() => window.isTheSamePage")).ShouldBeTrue();
        });

    [Fact]
    public Task Paused_list_counts_what_comes_and_shows_it_when_asked()
        => system.VisitAsync($"/events?numberId={_number}&event=message.*", async page =>
        {
            var rows = page.Locator("#events tbody tr");
            await PostAsync("before");
            await Expect(rows).ToHaveCountAsync(1);
            await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();

            await PostAsync("one");
            await PostAsync("two");
            await PostAsync("three", "number.connected");

            var show = page.GetByRole(AriaRole.Button, new() { Name = "Show 2 new" });
            await Expect(show).ToBeVisibleAsync();
            await Expect(rows).ToHaveCountAsync(1);
            await show.ClickAsync();
            await Expect(rows).ToHaveCountAsync(3);
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Pause" })).ToBeVisibleAsync();
        });

    [Fact]
    public Task Paused_list_stays_as_it_is_though_it_was_being_read_again()
        => system.VisitAsync($"/events?numberId={_number}&event=message.*", async page =>
        {
            var rows = page.Locator("#events tbody tr");
            await PostAsync("before");
            await Expect(rows).ToHaveCountAsync(1);
            var (begun, release) = (new TaskCompletionSource(), new TaskCompletionSource());
            await page.RouteAsync("**/events?*", async route =>
            {
                begun.TrySetResult();
                await release.Task;
                await route.ContinueAsync();
            });
            await page.EvaluateAsync("document.dispatchEvent(new CustomEvent('live:connected'))");
            await begun.Task;

            await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
            await PostAsync("one");
            var show = page.GetByRole(AriaRole.Button, new() { Name = "Show 1 new" });
            await Expect(show).ToBeVisibleAsync();
            var answer = await page.RunAndWaitForResponseAsync(() => { release.SetResult(); return Task.CompletedTask; }, "**/events?*");
            await answer.FinishedAsync();
            // What the page makes of the answer it makes within the same turn.
            await page.EvaluateAsync("new Promise(done => setTimeout(done, 200))");

            await Expect(rows).ToHaveCountAsync(1);
            await show.ClickAsync();
            await Expect(rows).ToHaveCountAsync(2);
        });

    [Fact]
    public async Task Filter_stands_in_the_address_and_takes_times_in_the_viewers_zone()
    {
        await PostAsync("one");
        await PostAsync("two", "number.connected");
        await system.ReadAsync($"/v1/events?numberId={_number}", page => page["items"]!.AsArray().Count == 2);
        await system.VisitAsync($"/events?numberId={_number}", async page =>
        {
            await page.GetByLabel("Event", new() { Exact = true }).FillAsync("message.*");
            // An hour ago in São Paulo, which is three hours behind.
            await page.GetByLabel("Since").FillAsync(DateTimeOffset.UtcNow.AddHours(-4).ToString("yyyy-MM-dd'T'HH:mm", null));
            await page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();

            await Expect(page.Locator("#events tbody tr")).ToHaveCountAsync(1);
            await Expect(page.Locator("#events tbody tr")).ToContainTextAsync("message.received");
            page.Url.ShouldContain("event=message.*");
            page.Url.ShouldNotContain("until=");
            await page.GetByLabel("Until").FillAsync(DateTimeOffset.UtcNow.AddHours(-3.5).ToString("yyyy-MM-dd'T'HH:mm", null));
            await page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
            await Expect(page.GetByText("No event matches")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "To the newest" })).ToBeVisibleAsync();
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Event_shows_its_way_and_its_content_and_is_replayed(bool hasScript)
    {
        await PostAsync("journey");
        await system.ReadAsync($"/v1/events?numberId={_number}", page => page["items"]!.AsArray().Count == 1);
        var id = (await IdsAsync())[0];
        await system.VisitAsync($"/events?numberId={_number}", async page =>
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "message.received" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "message.received" })).ToBeVisibleAsync();
            await Expect(page.Locator("#event-id")).ToHaveTextAsync(id);
            await Expect(page.Locator("#journey tbody tr").First).ToContainTextAsync("ingress");
            await Expect(page.Locator("#journey")).ToContainTextAsync("Archived");
            await Expect(page.Locator("#payload .json-tree")).ToContainTextAsync("A word of journey");

            await page.GetByRole(AriaRole.Link, new() { Name = "Replay" }).ClickAsync();
            await page.GetByLabel("Deliver it again").CheckAsync();
            await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Replay" }).ClickAsync();
            await Expect(page.GetByText("Replayed, and delivered anew")).ToBeVisibleAsync();
        }, new Viewer { HasScript = hasScript });
    }

    [Fact]
    public Task Unknown_event_is_said_to_be_unknown()
        => system.VisitAsync($"/events/{Guid.NewGuid()}", page => Expect(page.GetByText("There is nothing here")).ToBeVisibleAsync());

    [Fact]
    public async Task Key_of_a_number_sees_its_events_only()
    {
        await PostAsync("mine");
        await system.ReadAsync($"/v1/events?numberId={_number}", page => page["items"]!.AsArray().Count == 1);
        var (_, key) = await system.CreateKeyAsync("Of one number", _number);
        await system.VisitAsync("/sign-in?returnUrl=/events", async page =>
        {
            await page.GetByLabel("API key").FillAsync(key);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
            await Expect(page.Locator("#events tbody tr")).ToHaveCountAsync(1);
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Dead letters" })).ToHaveCountAsync(0);
            await page.GotoAsync("/dead-letters");
            await Expect(page.GetByText("This key may not do that")).ToBeVisibleAsync();
        }, Viewer.Stranger);
    }

    private async Task<IReadOnlyList<string>> IdsAsync()
        => [.. (await system.Api.GetFromJsonAsync<JsonNode>($"/v1/events?numberId={_number}"))!["items"]!.AsArray().Select(item => (string)item!["eventId"]!)];

    private Task PostAsync(string word, string name = "message.received")
        => system.PostAsync(
            $$"""
            {"event":"{{name}}","data":{"id":"{{word}}-{{_number}}","messageId":"{{Guid.NewGuid():N}}","numberId":"{{_number}}","from":"+5511999990001","to":"+5511999990002","type":"text","fromMe":false,"content":"A word of {{word}}","createdAt":"{{DateTimeOffset.UtcNow:O}}"} }
            """);
}
