using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using PilotHooks.Browser.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Browser.Tests.Dashboard;

/// <summary>Aspire's own dashboard, as a user of the system sees it.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class DashboardTests(ConsoleSystem system)
{
    [Fact]
    public async Task Dashboard_draws_every_service_and_server()
        => await VisitAsync("/?view=Graph", async page =>
        {
            string[] servers = ConsoleSystem.HasOwnServers ? ["broker", "redis", "postgres"] : [];
            foreach (var resource in (string[])["ingress", "messaging", "numbers", "calls", "relay", "console", "simulator", .. servers])
            {
                await Assertions.Expect(page.Locator("svg").GetByText(resource, new() { Exact = true }).First).ToBeVisibleAsync();
            }

            await page.ScreenshotAsync(new() { Path = Pictures.PathOf("dashboard-graph") });
        });

    [Fact]
    public async Task Dashboard_shows_one_event_across_the_services_and_its_log_lines()
    {
        await using var subscriber = await Subscriber.StartAsync();
        using var endpoint = await system.Api.PostAsJsonAsync(
            "/v1/webhooks", new { url = subscriber.Add(), name = "CRM", events = new[] { "message.received" }, whatsappNumberId = "cmm0mainstore" });
        endpoint.EnsureSuccessStatusCode();
        var traceId = await PostAsync();
        await VisitAsync($"/traces/detail/{traceId}", async page =>
        {
            foreach (var step in new[] { "events claim", "messages merge", "events insert", "deliver" })
            {
                await ReloadUntilVisibleAsync(page, page.GetByText(step).First);
            }

            await page.ScreenshotAsync(new() { Path = Pictures.PathOf("dashboard-trace") });
        });
        await VisitAsync($"/structuredlogs?traceId={traceId}", async page =>
        {
            await ReloadUntilVisibleAsync(page, page.GetByText("accepted message.received").First);
            await page.ScreenshotAsync(new() { Path = Pictures.PathOf("dashboard-logs") });
        });
        using var deleted = await system.Api.DeleteAsync(endpoint.Headers.Location);
    }

    /// <summary>Posts a message that somebody sent, and returns its trace once every service has seen it.</summary>
    private async Task<string> PostAsync()
    {
        var id = $"wamid.{Guid.NewGuid():N}";
        using var http = new HttpClient();
        using var body = new StringContent(
            $$$"""{"event":"message.received","data":{"numberId":"cmm0mainstore","id":"{{{id}}}","from":"+5511955500010","content":"Is the shop open?"}}""",
            Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri($"{system.Ingress}/hooks/whatsapp"), body);
        var eventId = (string)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["eventId"]!;
        var read = await system.ReadAsync($"/v1/events/{eventId}", answer => answer["steps"]!.AsArray().Any(step => (string)step!["service"]! == "messaging"));
        return (string)read["traceId"]!;
    }

    /// <summary>The dashboard may get a service's spans some seconds after the event.</summary>
    private static async Task ReloadUntilVisibleAsync(IPage page, ILocator wanted)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await Assertions.Expect(wanted).ToBeVisibleAsync(new() { Timeout = 5_000 });
                return;
            }
            catch (PlaywrightException) when (attempt < 6)
            {
                await page.ReloadAsync();
            }
        }
    }

    private Task VisitAsync(string path, Func<IPage, Task> act)
        => system.VisitDashboardAsync(async page =>
        {
            await page.GotoAsync(system.DashboardLink);
            await page.GotoAsync(new Uri(new Uri(system.DashboardLink), path).ToString());
            await act(page);
        });
}
