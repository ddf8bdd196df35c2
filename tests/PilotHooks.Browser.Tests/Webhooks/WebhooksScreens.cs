using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PilotHooks.Browser.Tests.Screens;
using PilotHooks.Browser.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Browser.Tests.Webhooks;

/// <summary>The screens of the webhooks, over endpoints that get the simulated business's events.</summary>
internal static class WebhooksScreens
{
    private const string Crm = "CRM sync";

    /// <summary>Serves until the tests end.</summary>
    private static readonly Lazy<Task<Subscriber>> Subscribers = new(Subscriber.StartAsync);

    public static readonly IReadOnlyList<Screen> List =
    [
        new("webhooks", async system =>
        {
            await SettleAsync(system);
            return "/webhooks";
        }),
        new("webhooks-add", "/webhooks?dialog=add"),
        new("webhooks-edit", system => PathAsync(system, "")),
        new("webhooks-history", system => PathAsync(system, "/messages")),
        new("webhooks-payload", system => PathAsync(system, "/messages"), async page =>
        {
            await page.Locator("[data-webhooks-panel]").First.ClickAsync();
            await page.Locator("#payload:modal").WaitForAsync();
        }),
        new("webhooks-retry", system => PathAsync(system, "/messages"), page => page.Locator("[data-opens='retry-all']").ClickAsync()),
    ];

    private static async Task<string> PathAsync(ConsoleSystem system, string rest) => $"/webhooks/{await SettleAsync(system)}{rest}";

    /// <summary>The id of the endpoint that answers well, once something was sent to it.</summary>
    private static async Task<string> SettleAsync(ConsoleSystem system)
    {
        var endpoints = (await system.ReadAsync("/v1/webhooks?limit=200", _ => true))["items"]!.AsArray();
        var id = (string?)endpoints.FirstOrDefault(endpoint => (string)endpoint!["name"]! == Crm)?["id"];
        if (id is null)
        {
            var subscriber = await Subscribers.Value;
            await CreateAsync(system, "Analytics", subscriber.Add(HttpStatusCode.InternalServerError, "out of disk"), ["*"], "original");
            await CreateAsync(system, "Team alerts", subscriber.Add(), ["number.disconnected", "number.health_*", "call.missed"], "slack");
            id = await CreateAsync(system, Crm, subscriber.Add(body: """{"received":true}"""), ["message.*", "form.submitted"], "original");
        }

        await system.ReadAsync($"/v1/webhooks/{id}/logs?content=false", page => page["items"]!.AsArray().Count > 0);
        return id;
    }

    private static async Task<string> CreateAsync(ConsoleSystem system, string name, Uri url, string[] events, string format)
    {
        using var answer = await system.Api.PostAsJsonAsync("/v1/webhooks", new { name, url, events, format });
        answer.EnsureSuccessStatusCode();
        return (string)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["id"]!;
    }
}
