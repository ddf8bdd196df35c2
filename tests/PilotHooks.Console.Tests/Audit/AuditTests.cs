using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Npgsql;
using PilotHooks.Console.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Audit;

[Collection(ConsoleCollection.Name)]
public sealed class AuditTests(ConsoleFixture fixture) : IDisposable
{
    private readonly string _id = $"wh_{Guid.NewGuid():N}";
    private readonly HttpClient _api = fixture.First.Client;

    public void Dispose() => fixture.Relay.Answer = null;

    [Fact]
    public async Task Keys_that_are_made_and_deleted_are_recorded_without_the_key()
    {
        var (actor, actorsKey) = await fixture.First.CreateKeyAsync();
        using var client = fixture.First.ClientWith(actorsKey);
        using var answer = await client.PostAsJsonAsync("/v1/api-keys", new { name = "Audited", scope = "read", numberId = "cmm0audit" });
        var created = await answer.ReadJsonAsync();
        (await client.DeleteAsync($"/v1/api-keys/{created["id"]}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        var records = await RecordsAsync($"actor={actor}");

        records.Select(record => (string)record["action"]!).ShouldBe(["key.deleted", "key.created"]);
        records.ShouldAllBe(record => (string)record["object"]! == (string)created["id"]!);
        ((string)records[1]["after"]!["name"]!).ShouldBe("Audited");
        records[1]["before"].ShouldBeNull();
        ((string)records[0]["before"]!["scope"]!).ShouldBe("read");
        records[0]["after"].ShouldBeNull();
        records.ShouldAllBe(record => !record.ToJsonString().Contains((string)created["key"]!, StringComparison.Ordinal));
        records.ShouldAllBe(record => record.AsObject().Select(field => field.Key).SequenceEqual(new[] { "at", "actor", "action", "object", "before", "after" }));
    }

    [Fact]
    public async Task Endpoint_is_recorded_as_it_was_and_as_it_became()
    {
        var url = "https://user:pass@crm.example/hook?token=t0ken";
        fixture.Relay.Answer = context => AnswerAsync(context, context.Request.Method == "GET" ? "before" : "after", url);

        (await _api.PatchAsJsonAsync($"/v1/webhooks/{_id}", new { name = "after" })).StatusCode.ShouldBe(HttpStatusCode.OK);

        var record = (await RecordsAsync("action=endpoint.changed")).First(record => (string)record["object"]! == _id);
        ((string)record["actor"]!).ShouldBe("configured-1");
        ((string)record["before"]!["name"]!).ShouldBe("before");
        ((string)record["after"]!["name"]!).ShouldBe("after");
        ((string)record["after"]!["url"]!).ShouldStartWith("https://crm.example/hook");
        record.ToJsonString().ShouldNotContain("t0ken");
        record.ToJsonString().ShouldNotContain("pass@");
        record.ToJsonString().ShouldNotContain("whsec_");
    }

    [Theory]
    [InlineData("POST", "/v1/webhooks", "endpoint.created")]
    [InlineData("DELETE", "/v1/webhooks/{0}", "endpoint.deleted")]
    [InlineData("POST", "/v1/webhooks/{0}/rotate-secret", "secret.rotated")]
    [InlineData("POST", "/v1/WEBHOOKS/{0}/rotate-secret/", "secret.rotated")]
    [InlineData("POST", "/v1/events/{0}/replay?redeliver=true", "event.replayed")]
    [InlineData("POST", "/v1/refused-requests/{0}/accept", "refused-request.accepted")]
    public async Task Change_is_recorded(string method, string path, string action)
    {
        fixture.Relay.Answer = context => AnswerAsync(context, "x", "https://crm.example/");

        (await _api.SendAsync(new HttpRequestMessage(new HttpMethod(method), path.Replace("{0}", _id, StringComparison.Ordinal)))).IsSuccessStatusCode.ShouldBeTrue();

        var record = (await RecordsAsync($"action={action}")).First(record => (string)record["object"]! == _id);
        if (path.Contains("redeliver", StringComparison.Ordinal))
        {
            ((string)record["after"]!["query"]!["redeliver"]!).ShouldBe("true");
        }
    }

    [Theory]
    [InlineData("GET", "/v1/webhooks/{0}")]
    [InlineData("GET", "/v1/webhooks/{0}/logs")]
    [InlineData("POST", "/v1/messages/send")]
    public async Task What_changes_nothing_of_ours_is_not_recorded(string method, string path)
    {
        (await _api.SendAsync(new HttpRequestMessage(new HttpMethod(method), path.Replace("{0}", _id, StringComparison.Ordinal)))).IsSuccessStatusCode.ShouldBeTrue();

        (await RecordsAsync("limit=200")).ShouldNotContain(record => (string?)record["object"] == _id);
    }

    [Fact]
    public async Task Refused_change_is_not_recorded_and_one_that_nobody_heard_the_end_of_is()
    {
        fixture.Relay.Answer = context => Status(context, 400);
        (await _api.DeleteAsync($"/v1/webhooks/{_id}")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await RecordsAsync("action=endpoint.deleted")).ShouldNotContain(record => (string)record["object"]! == _id);

        fixture.Relay.Answer = context => Status(context, 500);
        (await _api.DeleteAsync($"/v1/webhooks/{_id}")).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        var record = (await RecordsAsync("action=endpoint.deleted")).First(record => (string)record["object"]! == _id);
        ((string)record["after"]!["outcome"]!).ShouldBe("unknown");
    }

    [Fact]
    public async Task Change_by_a_page_is_recorded_as_its_keys()
    {
        var (id, key) = await fixture.First.CreateKeyAsync();
        using var browser = new BrowserClient(fixture.First);
        (await browser.SignInAsync(key)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        await browser.PostAsync("/keys", new() { ["_handler"] = "create", ["Input.Name"] = "By a page", ["__RequestVerificationToken"] = await browser.FormTokenAsync("/keys") });
        await browser.PostAsync("/sign-out", new() { ["__RequestVerificationToken"] = await browser.FormTokenAsync("/keys") });

        (await RecordsAsync($"actor={id}")).Select(record => (string)record["action"]!).ShouldBe(["session.ended", "key.created", "session.started"]);
    }

    [Fact]
    public async Task Audit_is_a_tenants_and_read_page_by_page()
    {
        var (_, number) = await fixture.First.CreateKeyAsync("cmm0audit");
        using var client = fixture.First.ClientWith(number);
        await (await client.GetAsync("/v1/audit")).ShouldBeProblemAsync(403);
        await (await _api.GetAsync("/v1/audit?since=soon")).ShouldBeProblemAsync(400);
        await (await _api.DeleteAsync("/v1/audit")).ShouldBeProblemAsync(405);

        var since = DateTimeOffset.UtcNow;
        for (var i = 0; i < 3; i++)
        {
            await fixture.First.CreateKeyAsync();
        }

        var filter = $"action=key.created&since={since:yyyy-MM-ddTHH:mm:ss.fffZ}";
        var page = await (await _api.GetAsync($"/v1/audit?limit=2&{filter}")).ReadJsonAsync();
        var rest = await (await _api.GetAsync($"/v1/audit?limit=2&{filter}&cursor={page["next"]}")).ReadJsonAsync();
        page["items"]!.AsArray().Count.ShouldBe(2);
        rest["items"]!.AsArray().Count.ShouldBeGreaterThanOrEqualTo(1);
        (await RecordsAsync($"until={since:yyyy-MM-ddTHH:mm:ss.fffZ}&limit=1")).ShouldAllBe(record => (DateTimeOffset)record["at"]! < since);
    }

    [Theory]
    [InlineData("UPDATE audit SET actor = 'somebody else'")]
    [InlineData("DELETE FROM audit")]
    [InlineData("TRUNCATE audit")]
    [InlineData("SET pilothooks.audit_retention = 'on'; DELETE FROM audit")]
    public async Task Record_is_changed_by_nobody(string sql)
    {
        await fixture.First.CreateKeyAsync();

        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(sql))).MessageText.ShouldContain("append-only");
    }

    [Fact]
    public async Task Only_what_is_past_its_age_is_erased_and_an_intent_that_was_left_over_becomes_a_record()
    {
        var (old, lost) = ($"old-{Guid.NewGuid():N}", $"lost-{Guid.NewGuid():N}");
        await ExecuteAsync($"INSERT INTO audit (id, at, actor, action) VALUES (gen_random_uuid(), now() - interval '366 days', '{old}', 'x'), (gen_random_uuid(), now() - interval '364 days', '{old}', 'y')");
        await ExecuteAsync($"INSERT INTO audit_intents (id, at, actor, action, object) VALUES (gen_random_uuid(), now() - interval '11 minutes', '{lost}', 'endpoint.deleted', 'wh_1')");

        (await Eventually.GetAsync(() => RecordsAsync($"actor={old}"), records => records.Count < 2)).Single()["action"]!.GetValue<string>().ShouldBe("y");
        var record = (await Eventually.GetAsync(() => RecordsAsync($"actor={lost}"), records => records.Count > 0)).Single();
        ((string)record["after"]!["outcome"]!).ShouldBe("unknown");
    }

    [Fact]
    public async Task Change_that_cannot_be_recorded_is_not_made()
    {
        await using var postgres = await TestServers.StartPostgresAsync();
        await using var broker = await TestServers.StartBrokerAsync();
        await using var relay = await FakeService.StartAsync("relay");
        await using var console = await ConsoleProcess.StartAsync(broker.ConnectionString, postgres.ConnectionString, "console", relay: relay.Address);

        await postgres.KillAsync();
        await Eventually.GetAsync(() => console.Client.PostAsync($"/v1/webhooks/{_id}/rotate-secret", content: null), answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable);

        relay.Calls.ShouldNotContain(call => call.Method == "POST");
    }

    private Task AnswerAsync(HttpContext context, string name, string url)
        => context.Response.WriteAsJsonAsync(new { id = _id, name, url, secret = "whsec_c2VjcmV0" });

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private async Task<IReadOnlyList<JsonNode>> RecordsAsync(string filter)
        => [.. (await (await _api.GetAsync($"/v1/audit?{filter}")).ReadJsonAsync())["items"]!.AsArray().Select(item => item!)];

    private async Task ExecuteAsync(string sql)
    {
        await using var database = await fixture.OpenDatabaseAsync();
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
