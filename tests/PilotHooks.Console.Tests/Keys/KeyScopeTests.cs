using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PilotHooks.Console.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Keys;

[Collection(ConsoleCollection.Name)]
public sealed class KeyScopeTests(ConsoleFixture fixture)
{
    [Theory]
    [InlineData("POST", "/v1/messages/send")]
    [InlineData("POST", "/v1/webhooks")]
    [InlineData("PATCH", "/v1/webhooks/wh_1")]
    [InlineData("DELETE", "/v1/webhooks/wh_1")]
    [InlineData("POST", "/v1/webhooks/wh_1/rotate-secret")]
    [InlineData("POST", "/v1/events/0197b7a6-0000-7000-8000-000000000000/replay")]
    [InlineData("POST", "/v1/dead-letters/replay")]
    [InlineData("POST", "/v1/api-keys")]
    [InlineData("PUT", "/v1/anything")]
    public async Task Key_that_may_only_read_changes_nothing(string method, string path)
    {
        using var reader = fixture.First.ClientWith(await CreateAsync(new { name = "Reader", scope = "read" }));
        var before = fixture.Relay.Calls.Count + fixture.Messaging.Calls.Count + fixture.OtherMessaging.Calls.Count;

        await (await reader.SendAsync(new HttpRequestMessage(new HttpMethod(method), path))).ShouldBeProblemAsync(403);

        (fixture.Relay.Calls.Count + fixture.Messaging.Calls.Count + fixture.OtherMessaging.Calls.Count).ShouldBe(before);
    }

    [Fact]
    public async Task Key_that_may_only_read_reads_and_the_services_are_told_so()
    {
        using var reader = fixture.First.ClientWith(await CreateAsync(new { name = "Reader", scope = "read", numberId = "cmm0reads" }));
        var path = $"/v1/calls/{Guid.NewGuid():N}";

        (await reader.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var said = fixture.Calls.Calls.Single(call => call.RawTarget == path).Headers["x-pilothooks-caller"];
        InternalCalls.ReadCaller(said, ConsoleProcess.GatewayToken).ShouldNotBeNull().ShouldSatisfyAllConditions(caller => caller.ReadsOnly.ShouldBeTrue(), caller => caller.NumberId.ShouldBe("cmm0reads"));
    }

    [Fact]
    public async Task Session_of_a_key_that_may_only_read_changes_nothing_either()
    {
        using var browser = new BrowserClient(fixture.First);
        (await browser.SignInAsync(await CreateAsync(new { name = "Reader", scope = "read" }))).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        await browser.PostAsync("/keys", new() { ["_handler"] = "create", ["Input.Name"] = "By a reader", ["__RequestVerificationToken"] = await browser.FormTokenAsync("/keys") });

        (await fixture.First.Client.GetStringAsync("/v1/api-keys?limit=200")).ShouldNotContain("By a reader");
    }

    [Fact]
    public async Task Keys_say_what_they_may_and_how_long()
    {
        using var answer = await fixture.First.Client.PostAsJsonAsync("/v1/api-keys", new { name = "Till", scope = "read", expiresAt = "2099-01-02T03:04:05+01:00" });
        var created = await answer.ReadJsonAsync();
        var plain = await (await fixture.First.Client.PostAsJsonAsync("/v1/api-keys", new { name = "Plain" })).ReadJsonAsync();

        ((string)created["scope"]!).ShouldBe("read");
        ((string)created["expiresAt"]!).ShouldBe("2099-01-02T02:04:05.000Z");
        created.ContainsKey("lastUsedAt").ShouldBeTrue();
        ((string)plain["scope"]!).ShouldBe("full");
        plain["expiresAt"].ShouldBeNull();
        var listed = await ListedAsync((string)created["id"]!);
        ((string)listed["scope"]!).ShouldBe("read");
        ((string)listed["expiresAt"]!).ShouldBe("2099-01-02T02:04:05.000Z");
        listed["lastUsedAt"].ShouldBeNull();
    }

    [Theory]
    [InlineData("scope", "write")]
    [InlineData("scope", "")]
    [InlineData("scope", "FULL")]
    [InlineData("scope", 1)]
    [InlineData("expiresAt", "2020-01-01T00:00:00Z")]
    [InlineData("expiresAt", "soon")]
    [InlineData("expiresAt", "")]
    [InlineData("expiresAt", true)]
    public async Task Wrong_scope_or_expiry_makes_no_key(string field, object value)
        => (await (await fixture.First.Client.PostAsJsonAsync("/v1/api-keys", new Dictionary<string, object> { ["name"] = "Wrong", [field] = value })).ShouldBeProblemAsync(400))
            .ShouldContain(field);

    [Fact]
    public async Task Expired_key_is_refused_on_every_replica_and_its_session_ends()
    {
        var key = await CreateAsync(new { name = "Short", expiresAt = DateTimeOffset.UtcNow.AddSeconds(4) });
        using var first = fixture.First.ClientWith(key);
        using var second = fixture.Second.ClientWith(key);
        using var browser = new BrowserClient(fixture.First);
        (await first.GetAsync("/v1/dead-letters")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await browser.SignInAsync(key)).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        foreach (var client in new[] { first, second })
        {
            var refused = await Eventually.GetAsync(() => client.GetAsync("/v1/dead-letters"), answer => !answer.IsSuccessStatusCode);
            (await refused.ShouldBeProblemAsync(401)).ShouldContain("expired");
        }

        (await browser.Http.GetAsync("/keys")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Key_says_when_it_was_last_used()
    {
        using var answer = await fixture.First.Client.PostAsJsonAsync("/v1/api-keys", new { name = "Used" });
        var created = await answer.ReadJsonAsync();
        using var client = fixture.Second.ClientWith((string)created["key"]!);
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        (await client.GetAsync("/v1/dead-letters")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var listed = await Eventually.GetAsync(() => ListedAsync((string)created["id"]!), key => key["lastUsedAt"] is not null);

        ((DateTimeOffset)listed["lastUsedAt"]!).ShouldBeInRange(before, DateTimeOffset.UtcNow);
    }

    private async Task<string> CreateAsync(object body)
    {
        using var answer = await fixture.First.Client.PostAsJsonAsync("/v1/api-keys", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        return (string)(await answer.ReadJsonAsync())["key"]!;
    }

    private async Task<JsonNode> ListedAsync(string id)
        => (await (await fixture.First.Client.GetAsync("/v1/api-keys?limit=200")).ReadJsonAsync())["items"]!.AsArray().Single(item => (string)item!["id"]! == id)!;
}
