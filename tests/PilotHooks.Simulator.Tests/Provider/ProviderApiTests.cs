using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PilotHooks.Simulator.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Simulator.Tests.Provider;

public sealed class ProviderApiTests : IAsyncLifetime
{
    private RecordingIngress _ingress = null!;
    private ServiceProcess _simulator = null!;

    public async Task InitializeAsync()
    {
        _ingress = await RecordingIngress.StartAsync();
        _simulator = await SimulatorProcess.StartAsync(_ingress.Address);
    }

    public async Task DisposeAsync()
    {
        await _simulator.DisposeAsync();
        await _ingress.DisposeAsync();
    }

    [Fact]
    public async Task Send_is_accepted_with_ids_that_its_events_carry()
    {
        using var answer = await _simulator.Client.PostAsJsonAsync(
            "/v1/messages/send", new { text = "Ready at 5?", destinationNumber = "+5511955500012", numberId = "cmm0support" });

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var accepted = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        ((string)accepted["status"]!).ShouldBe("QUEUED");
        ((string)accepted["sourceNumber"]!).ShouldBe("5511900000102");

        var received = await Eventually.GetAsync(() => Task.FromResult(_ingress.All), all => all.Any(one => one.Name == "message.delivered"));
        var sent = received.Single(one => one.Name == "message.sent").Json["data"]!;
        ((string)sent["id"]!).ShouldBe((string)accepted["id"]!);
        ((string)sent["correlationId"]!).ShouldBe((string)accepted["correlationId"]!);
        ((string)sent["numberId"]!).ShouldBe("cmm0support");
        ((string)sent["to"]!).ShouldBe("+5511955500012");
        ((string)sent["content"]!).ShouldBe("Ready at 5?");
    }

    [Fact]
    public async Task Send_to_the_destination_that_always_fails_is_reported_failed()
    {
        using var answer = await _simulator.Client.PostAsJsonAsync("/v1/messages/send", new { text = "Hello?", destinationNumber = "+5511955500000" });

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var received = await Eventually.GetAsync(() => Task.FromResult(_ingress.All), all => all.Count > 0);
        var failed = received.ShouldHaveSingleItem();
        failed.Name.ShouldBe("message.failed");
        failed.Json["data"]!["messageId"].ShouldBeNull();
        ((string?)failed.Json["data"]!["errorCode"]).ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Send_from_a_number_of_another_business_is_told_as_that_number()
    {
        using var answer = await _simulator.Client.PostAsJsonAsync("/v1/messages/send", new { text = "a", destinationNumber = "+5511955500012", numberId = "cmm0abc123" });

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var received = await Eventually.GetAsync(() => Task.FromResult(_ingress.All), all => all.Count > 0);
        ((string?)received.First().Json["data"]!["numberId"]).ShouldBe("cmm0abc123");
    }

    [Theory]
    [InlineData("""{"destinationNumber": "+5511955500012"}""", 400, "INVALID_CONTENT")]
    [InlineData("""{"text": "a", "templateId": "b", "destinationNumber": "+5511955500012"}""", 400, "INVALID_CONTENT")]
    [InlineData("""{"text": "a"}""", 400, "INVALID_DESTINATION")]
    [InlineData("""{"text": "a", "destinationNumber": "not a phone"}""", 400, "INVALID_DESTINATION")]
    [InlineData("""{"text": "a", "destinationNumber": "+5511955500012", "groupId": "1@g.us"}""", 400, "INVALID_DESTINATION")]
    [InlineData("""{"media": "https://media.example.com/x", "mediaType": "hologram", "destinationNumber": "+5511955500012"}""", 400, "INVALID_MEDIA")]
    public async Task Send_that_the_provider_would_refuse_is_refused(string body, int status, string code)
    {
        using var answer = await _simulator.Client.PostAsync("/v1/messages/send", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        ((int)answer.StatusCode).ShouldBe(status);
        ((string)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["code"]!).ShouldBe(code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ps_another")]
    public async Task Calls_without_the_right_key_are_refused(string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_simulator.Address, "/v1/numbers"));
        if (key is not null)
        {
            request.Headers.Add("x-api-key", key);
        }

        using var client = new HttpClient();
        (await client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Numbers_are_a_bare_array()
    {
        var numbers = (await _simulator.Client.GetFromJsonAsync<JsonArray>("/v1/numbers"))!;

        numbers.Count.ShouldBe(3);
        ((string)numbers[0]!["id"]!).ShouldBe("cmm0mainstore");
        ((string)numbers[0]!["number"]!).ShouldBe("5511900000101");
    }

    [Fact]
    public async Task Webhook_gets_the_events_it_asked_for_until_it_is_paused_or_removed()
    {
        await using var hook = await RecordingIngress.StartAsync();
        var created = await PostAsync("/v1/webhooks", new { url = new Uri(hook.Address, "/mine"), name = "Mine", events = new[] { "message.sent" }, whatsappNumberId = "cmm0support" });
        var path = $"/v1/webhooks/{created["id"]}";
        created.ContainsKey("secret").ShouldBeFalse();

        await PostAsync("/v1/messages/send", new { text = "one", destinationNumber = "+5511955500012", numberId = "cmm0support" });
        await PostAsync("/v1/messages/send", new { text = "not its number", destinationNumber = "+5511955500012", numberId = "cmm0mainstore" });
        var received = await Eventually.GetAsync(() => Task.FromResult(hook.All), all => all.Count > 0);
        received.ShouldAllBe(one => one.Path == "/mine" && one.Name == "message.sent" && one.Text.Contains("one", StringComparison.Ordinal));

        using var paused = await _simulator.Client.PatchAsJsonAsync(path, new { active = false });
        ((bool)(await paused.Content.ReadFromJsonAsync<JsonObject>())!["active"]!).ShouldBeFalse();
        await PostAsync("/v1/messages/send", new { text = "while paused", destinationNumber = "+5511955500012", numberId = "cmm0support" });
        await Eventually.GetAsync(() => Task.FromResult(_ingress.All), all => all.Any(one => one.Name == "message.delivered" && one.Text.Contains("while paused", StringComparison.Ordinal)));
        hook.All.ShouldNotContain(one => one.Text.Contains("while paused", StringComparison.Ordinal));

        (await _simulator.Client.DeleteAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await _simulator.Client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<JsonObject> PostAsync(string path, object body)
    {
        using var answer = await _simulator.Client.PostAsJsonAsync(path, body);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }
}
