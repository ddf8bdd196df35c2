using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using PilotHooks.Browser.Tests.Support;
using PilotHooks.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace PilotHooks.Browser.Tests.Webhooks;

[Collection(ConsoleCollection.Name)]
public sealed class WebhooksPageTests(ConsoleSystem system) : IAsyncLifetime
{
    private readonly string _number = $"num-{Guid.NewGuid():N}";
    private Subscriber _subscriber = null!;

    public async Task InitializeAsync() => _subscriber = await Subscriber.StartAsync();

    public Task DisposeAsync() => _subscriber.DisposeAsync().AsTask();

    [Fact]
    public async Task Endpoint_is_added_tested_inspected_given_another_secret_and_deleted()
    {
        var url = _subscriber.Add(body: """{"received":true}""");
        var name = $"CRM {_number}";
        await system.VisitAsync("/webhooks", async page =>
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "Add Endpoint" }).First.ClickAsync();
            await page.GetByLabel("Endpoint URL").FillAsync($"{url}");
            await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
            await ButtonAsync(page, "Create Endpoint");
            // Nothing is sent before an event type is chosen.
            (await page.Locator("input[value='*']").EvaluateAsync<string>("box => box.validationMessage")).ShouldBe("Select at least one event type.");
            await page.GetByLabel("message.*").CheckAsync();
            await page.GetByLabel("form.submitted").CheckAsync();
            await page.GetByText("Advanced settings").ClickAsync();
            await page.Locator("#Input-NumberId").FillAsync(_number);
            await ButtonAsync(page, "Create Endpoint");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = name })).ToBeVisibleAsync();
            var address = new Uri(page.Url).AbsolutePath;

            // Shown by the script that keeps what is typed; before it runs, a form sends the whole page.
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Deselect All" })).ToBeVisibleAsync();
            await page.GetByLabel("Name", new() { Exact = true }).FillAsync($"{name} typed");
            await ButtonAsync(page, "Send Test Event");
            await Expect(page.GetByText("The test event arrived.")).ToBeVisibleAsync();
            await Expect(page.Locator("#test")).ToContainTextAsync("200");
            await Expect(page.Locator("#test")).ToContainTextAsync("""{"received":true}""");

            (await page.ContentAsync()).ShouldNotMatch("whsec_[A-Za-z0-9+/]");
            await ButtonAsync(page, "Show");
            var secret = (await page.Locator("#secret-text").TextContentAsync())!;
            var test = _subscriber.Received(url).ShouldHaveSingleItem();
            test.Headers["X-Webhook-Signature"].ShouldBe(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), test.Body)));
            await ButtonAsync(page, "Copy the secret");
            (await page.EvaluateAsync<string>("() => navigator.clipboard.readText()")).ShouldBe(secret);
            await ButtonAsync(page, "Hide");
            await Expect(page.Locator("#secret-text")).ToHaveCountAsync(0);
            // All of that left alone what was being typed.
            await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync($"{name} typed");

            await page.GotoAsync(address);
            await page.GetByRole(AriaRole.Link, new() { Name = "Roll secret" }).ClickAsync();
            await page.GetByLabel("The old secret").SelectOptionAsync("3600");
            await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Roll secret" }).ClickAsync();
            await Expect(page.GetByText("A new secret signs now, and the old one beside it for a while.")).ToBeVisibleAsync();
            await ButtonAsync(page, "Show");
            await Expect(page.Locator("#secret-text")).Not.ToHaveTextAsync(secret);
            await ButtonAsync(page, "Send Test Event");
            await Expect(page.GetByText("The test event arrived.")).ToBeVisibleAsync();
            // The platform documents one value: that of the secret which the endpoint accepted last.
            var rolled = _subscriber.Received(url)[^1];
            rolled.Headers["X-Webhook-Signature"].ShouldBe(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), rolled.Body)));
            rolled.Headers["webhook-signature"].Split(' ').Length.ShouldBe(2);

            await page.GetByRole(AriaRole.Link, new() { Name = "View Messages" }).ClickAsync();
            await Expect(page.Locator("tbody tr")).ToHaveCountAsync(2);
            await page.GetByRole(AriaRole.Link, new() { Name = "Show the payload of webhook.test" }).Last.ClickAsync();
            var panel = page.GetByRole(AriaRole.Dialog, new() { Name = "Message payload" });
            await Expect(panel.Locator("#payload-sent-raw")).ToHaveTextAsync(test.Text, new() { UseInnerText = false });
            await Expect(panel.Locator("#payload-response-raw")).ToHaveTextAsync("""{"received":true}""", new() { UseInnerText = false });
            await Expect(panel).ToContainTextAsync(test.Headers["webhook-id"]);
            await page.ShouldBeAccessibleAsync();
            await page.Keyboard.PressAsync("Escape");
            await Expect(panel).ToBeHiddenAsync();
            await Expect(page).ToHaveURLAsync($"{system.Address}{address}/messages");

            await page.GotoAsync(address);
            await page.GetByRole(AriaRole.Link, new() { Name = "Delete Endpoint" }).ClickAsync();
            await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
            await Expect(page.GetByText($"Endpoint “{name}” deleted.")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true })).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task Failed_deliveries_are_retried_one_by_one_and_all_with_a_progress_bar()
    {
        const int events = 6;
        var healthy = false;
        var url = _subscriber.Add((context, _) =>
        {
            context.Response.StatusCode = Volatile.Read(ref healthy) ? 200 : 500;
            return context.Response.WriteAsync("what it said");
        });
        var id = await CreateAsync("Analytics", url, ["message.received"], rateLimit: 1);
        for (var count = 0; count < events; count++)
        {
            await system.PostAsync(Received(count));
        }

        await system.ReadAsync($"/v1/webhooks/{id}/logs?content=false", page => page["items"]!.AsArray().Select(item => (string)item!["deliveryId"]!).Distinct().Count() == events);
        await system.VisitAsync($"/webhooks/{id}/messages", async page =>
        {
            await page.GetByLabel("Status").SelectOptionAsync("FAILED");
            await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("status=FAILED"));
            await page.GetByRole(AriaRole.Link, new() { Name = "Show the payload of message.received" }).First.ClickAsync();
            var panel = page.GetByRole(AriaRole.Dialog, new() { Name = "Message payload" });
            await Expect(panel).ToContainTextAsync("what it said");
            await Expect(panel).ToContainTextAsync(_number);
            (await panel.GetByRole(AriaRole.Link, new() { Name = "Journey of the event" }).GetAttributeAsync("href")).ShouldStartWith("/events/");

            Volatile.Write(ref healthy, true);
            await panel.GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog).GetByText("Success")).ToBeVisibleAsync();

            await page.GotoAsync($"/webhooks/{id}/messages");
            // In São Paulo, three hours behind: an hour from now, when nothing has failed yet, and an hour ago.
            await RetrySinceAsync(page, DateTimeOffset.UtcNow.AddHours(-2));
            await Expect(page.GetByText("There is nothing to retry.")).ToBeVisibleAsync();
            await RetrySinceAsync(page, DateTimeOffset.UtcNow.AddHours(-4));
            var bar = page.GetByRole(AriaRole.Progressbar);
            await Expect(bar).ToBeVisibleAsync();
            var first = await bar.EvaluateAsync<double>("bar => bar.value");
            await page.WaitForFunctionAsync("first => (document.querySelector('progress')?.value ?? Infinity) > first", first);
            await Expect(bar).ToHaveCountAsync(0);
            await Expect(Tile(page, "Successful")).ToContainTextAsync(events.ToString(CultureInfo.InvariantCulture));
            await Expect(Tile(page, "Success Rate")).ToContainTextAsync("100");
        });
        await system.VisitAsync(
            $"/webhooks/{id}/messages?dialog=retry-all",
            async page => (await page.Locator("dialog[open] .field noscript").InnerHTMLAsync()).ShouldContain("UTC"),
            new Viewer { HasScript = false });
    }

    [Fact]
    public async Task Endpoint_is_changed_paused_and_resumed_and_what_is_refused_stays_typed()
    {
        var id = await CreateAsync("Alerts", _subscriber.Add(HttpStatusCode.Gone), ["message.sent", "number.health_frozen"]);
        await system.VisitAsync($"/webhooks/{id}", async page =>
        {
            await page.GetByLabel("Endpoint URL").FillAsync("ftp://example.com/");
            await page.GetByLabel("Rate limit").FillAsync("many");
            await ButtonAsync(page, "Deselect All");
            await page.GetByLabel("message.read").CheckAsync();
            await page.GetByLabel("number.health_frozen").CheckAsync();
            await ButtonAsync(page, "Save Changes");
            await Expect(page.GetByText("Write it whole, with http:// or https://.")).ToBeVisibleAsync();
            await Expect(page.GetByLabel("Rate limit")).ToHaveValueAsync("many");
            await page.ShouldBeAccessibleAsync();

            await page.GetByLabel("Endpoint URL").FillAsync($"{_subscriber.Add(HttpStatusCode.Gone)}");
            await ButtonAsync(page, "Save Changes");
            await Expect(page.GetByText("A whole number from 1 to 1000.")).ToBeVisibleAsync();
            await page.GetByLabel("Rate limit").FillAsync("20");
            await page.GetByLabel("Format").SelectOptionAsync("slack");
            await ButtonAsync(page, "Save Changes");
            await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
            var saved = await system.ReadAsync($"/v1/webhooks/{id}", _ => true);
            saved["events"]!.AsArray().Select(name => (string)name!).ShouldBe(["message.read", "number.health_frozen"], ignoreOrder: true);
            ((int)saved["rateLimit"]!, (string)saved["format"]!).ShouldBe((20, "slack"));

            await ButtonAsync(page, "Pause");
            await Expect(page.GetByText("Events wait, and go out when it is resumed.")).ToBeVisibleAsync();
            await ButtonAsync(page, "Resume");
            await Expect(page.GetByText("Resumed.")).ToBeVisibleAsync();
            await ButtonAsync(page, "Send Test Event");
            await Expect(page.GetByText("The test event did not arrive.")).ToBeVisibleAsync();
            // The page follows what the relay makes of a 410.
            await Expect(page.GetByText("Paused because it answered 410 Gone.")).ToBeVisibleAsync();
            await page.GotoAsync("/webhooks?failing=true");
            await Expect(page.Locator($"li[data-key='{id}']")).ToContainTextAsync("Paused because it answered 410 Gone.");
        });
    }

    [Fact]
    public async Task Pages_work_without_script()
    {
        var url = _subscriber.Add();
        await system.VisitAsync("/webhooks", async page =>
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "Add Endpoint" }).First.ClickAsync();
            await page.GetByLabel("Endpoint URL").FillAsync($"{url}");
            await page.GetByLabel("Name", new() { Exact = true }).FillAsync(_number);
            await ButtonAsync(page, "Create Endpoint");
            await Expect(page.GetByText("Select at least one event type.")).ToBeVisibleAsync();
            await Expect(page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync(_number);
            // Each name that is offered is one that the relay knows.
            foreach (var box in await page.Locator("input[name='Input.Events']").AllAsync())
            {
                await box.CheckAsync();
            }

            await page.GetByText("Advanced settings").ClickAsync();
            await page.Locator("#Input-NumberId").FillAsync(_number);
            await ButtonAsync(page, "Create Endpoint");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = _number })).ToBeVisibleAsync();
            (await page.ContentAsync()).ShouldNotMatch("whsec_[A-Za-z0-9+/]");
            var shown = await page.RunAndWaitForResponseAsync(() => ButtonAsync(page, "Show"), answer => answer.Request.Method == "POST");
            (await shown.HeaderValueAsync("cache-control")).ShouldNotBeNull().ShouldContain("no-store");
            (await page.Locator("#secret-text").TextContentAsync()).ShouldNotBeNull().ShouldStartWith("whsec_");
            await ButtonAsync(page, "Send Test Event");
            await Eventually.GetAsync(() => Task.FromResult(_subscriber.Received(url).Count), count => count == 1);
            await page.GetByRole(AriaRole.Link, new() { Name = "View Messages" }).ClickAsync();
            var show = page.GetByRole(AriaRole.Link, new() { Name = "Show the payload of webhook.test" });
            await ReloadUntilAsync(page, show);
            await show.ClickAsync();
            await Expect(page.Locator("#payload")).ToContainTextAsync("webhook.test");
            await page.Locator("#payload").GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();
            await Expect(page.GetByText("It is being sent again.")).ToBeVisibleAsync();
            await Eventually.GetAsync(() => Task.FromResult(_subscriber.Received(url).Count), count => count == 2);
        }, new Viewer { HasScript = false });
    }

    [Fact]
    public async Task Key_of_a_number_sees_its_own_endpoints_and_their_secrets_alone()
    {
        var own = await CreateAsync("Own", _subscriber.Add(), ["*"]);
        var other = await CreateAsync("Other", _subscriber.Add(), ["*"], numberId: "num-other");
        var (_, key) = await system.CreateKeyAsync("Of a number", _number);
        await system.VisitAsync("/sign-in?returnUrl=/webhooks", async page =>
        {
            await page.GetByLabel("API key").FillAsync(key);
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator(".webhooks-list > li")).ToHaveCountAsync(1);
            await Expect(page.Locator($"li[data-key='{own}']")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "Add Endpoint" }).First.ClickAsync();
            await Expect(page.Locator("dialog[open] input[name='Input.NumberId']")).ToHaveCountAsync(0);
            await page.GotoAsync($"/webhooks/{own}");
            await ButtonAsync(page, "Show");
            await Expect(page.Locator("#secret-text")).ToContainTextAsync("whsec_");
            await page.GotoAsync($"/webhooks/{other}");
            await Expect(page.GetByText("There is nothing here")).ToBeVisibleAsync();
            await page.GotoAsync($"/webhooks/{other}/messages");
            await Expect(page.GetByText("There is nothing here")).ToBeVisibleAsync();
        }, Viewer.Stranger);
    }

    private static Task ButtonAsync(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).First.ClickAsync();

    private static ILocator Tile(IPage page, string label) => page.Locator(".tile").Filter(new() { Has = page.GetByText(label, new() { Exact = true }) });

    private static async Task RetrySinceAsync(IPage page, DateTimeOffset typed)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Retry failed" }).ClickAsync();
        await page.GetByLabel("Or since a time").FillAsync(typed.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture));
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Retry failed" }).ClickAsync();
    }

    /// <summary>Without script a page tells what is new when it is opened again.</summary>
    private static Task ReloadUntilAsync(IPage page, ILocator there)
        => Eventually.GetAsync(
            async () =>
            {
                await page.ReloadAsync();
                return await there.CountAsync();
            },
            count => count > 0);

    private string Received(int count) => $$$"""
        {"event":"message.received","data":{"numberId":"{{{_number}}}","id":"{{{_number}}}-{{{count}}}","messageId":"wamid.{{{_number}}}{{{count}}}","from":"+5511955500012","to":"+5511900000101","type":"text","content":"Olá","createdAt":"2026-05-13T12:46:25.000Z"}}
        """;

    private async Task<string> CreateAsync(string name, Uri url, string[] events, int? rateLimit = null, string? numberId = null)
    {
        using var answer = await system.Api.PostAsJsonAsync("/v1/webhooks", new { name, url, events, rateLimit, whatsappNumberId = numberId ?? _number });
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return (string)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["id"]!;
    }
}
