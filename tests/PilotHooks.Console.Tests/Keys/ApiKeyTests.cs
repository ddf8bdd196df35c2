using System.Net;
using System.Net.Http.Json;
using System.Text;
using PilotHooks.Console.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Keys;

[Collection(ConsoleCollection.Name)]
public sealed class ApiKeyTests(ConsoleFixture fixture)
{
    [Theory]
    [InlineData("GET", "/v1/api-keys")]
    [InlineData("GET", "/v1/dead-letters")]
    [InlineData("GET", "/v1/messages")]
    [InlineData("PUT", "/v1/api-keys")]
    [InlineData("GET", "/v1/nothing/here")]
    public async Task Every_path_needs_a_key(string method, string path)
    {
        foreach (var key in new[] { null, "", "ps_wrong", "ps_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ConsoleProcess.TenantKey + "x" })
        {
            using var client = fixture.First.ClientWith(key);
            using var answer = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
            (await answer.ShouldBeProblemAsync(401)).ShouldContain("key");
        }
    }

    [Fact]
    public async Task Two_keys_in_one_call_are_none()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/api-keys");
        request.Headers.TryAddWithoutValidation("x-api-key", [ConsoleProcess.TenantKey, ConsoleProcess.TenantKey]);

        using var answer = await fixture.First.Client.SendAsync(request);

        await answer.ShouldBeProblemAsync(401);
    }

    [Fact]
    public async Task Key_is_shown_once_and_works_on_every_replica()
    {
        using var created = await fixture.First.Client.PostAsJsonAsync("/v1/api-keys", new { name = "  Shop till  ", numberId = "cmm0abc" });
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        var key = await created.ReadJsonAsync();
        ((string)key["name"]!).ShouldBe("Shop till");
        ((string)key["numberId"]!).ShouldBe("cmm0abc");
        ((string)key["key"]!).ShouldStartWith("ps_");

        foreach (var console in new[] { fixture.First, fixture.Second })
        {
            using var client = console.ClientWith((string)key["key"]!);
            (await client.GetAsync("/v1/dead-letters")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var list = await fixture.First.Client.GetStringAsync("/v1/api-keys?limit=200");
        list.ShouldContain((string)key["id"]!);
        list.ShouldNotContain((string)key["key"]!);
    }

    [Fact]
    public async Task Neither_the_configured_key_nor_a_made_one_is_in_the_database_in_clear()
    {
        var (_, key) = await fixture.First.CreateKeyAsync();
        await using var database = await fixture.OpenDatabaseAsync();
        await using var command = database.CreateCommand("SELECT string_agg(k::text || encode(k.hash, 'escape'), '') FROM api_keys k");

        var everything = (string)(await command.ExecuteScalarAsync())!;

        everything.ShouldNotContain(key);
        everything.ShouldNotContain(ConsoleProcess.TenantKey);
    }

    [Fact]
    public async Task Removed_key_is_refused_by_every_replica_from_then_on()
    {
        var (id, key) = await fixture.First.CreateKeyAsync();
        using var first = fixture.First.ClientWith(key);
        using var second = fixture.Second.ClientWith(key);
        (await first.GetAsync("/v1/dead-letters")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await second.GetAsync("/v1/dead-letters")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await fixture.Second.Client.DeleteAsync($"/v1/api-keys/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        var limit = TimeSpan.FromSeconds(1);
        await Task.WhenAll(new[] { first, second }.Select(client => Eventually.GetAsync(
            async () => (await client.GetAsync("/v1/dead-letters")).StatusCode, status => status == HttpStatusCode.Unauthorized, limit)));
        await (await fixture.First.Client.DeleteAsync($"/v1/api-keys/{id}")).ShouldBeProblemAsync(404);
    }

    [Fact]
    public async Task Key_of_a_number_manages_no_keys()
    {
        var (id, key) = await fixture.First.CreateKeyAsync("cmm0scoped");
        using var client = fixture.First.ClientWith(key);

        await (await client.PostAsJsonAsync("/v1/api-keys", new { name = "Mine" })).ShouldBeProblemAsync(403);
        await (await client.GetAsync("/v1/api-keys")).ShouldBeProblemAsync(403);
        await (await client.DeleteAsync($"/v1/api-keys/{id}")).ShouldBeProblemAsync(403);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"name": ""}""")]
    [InlineData("""{"name": "   "}""")]
    [InlineData("""{"name": 5}""")]
    [InlineData("""{"name": "a", "numberid": "cmm_a1"}""")]
    [InlineData("""{"name": "a", "numberId": null, "whatsappNumberId": "cmm_a1"}""")]
    [InlineData("""{"name": "a", "expires": "2099-01-01"}""")]
    [InlineData("""{"name": "a", "numberId": ""}""")]
    [InlineData("""{"name": "a", "numberId": "with space"}""")]
    [InlineData("""{"name": "a", "numberId": "line\r\nx-pilothooks-number: other"}""")]
    [InlineData("""{"name": "nul\u0000"}""")]
    [InlineData("null")]
    [InlineData("{")]
    public async Task Bad_body_makes_no_key(string body)
        => await (await fixture.First.Client.PostAsync("/v1/api-keys", new StringContent(body, Encoding.UTF8, "application/json"))).ShouldBeProblemAsync(400);

    [Fact]
    public async Task Keys_are_listed_newest_first_page_by_page()
    {
        var ids = new List<string>();
        for (var count = 0; count < 5; count++)
        {
            ids.Insert(0, (await fixture.First.CreateKeyAsync()).Id);
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await (await fixture.First.Client.GetAsync($"/v1/api-keys?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}")).ReadJsonAsync();
            seen.AddRange(page["items"]!.AsArray().Select(item => (string)item!["id"]!));
            cursor = (string?)page["next"];
        }
        while (cursor is not null);

        seen.Distinct().Count().ShouldBe(seen.Count);
        seen.Where(ids.Contains).ShouldBe(ids);
        await (await fixture.First.Client.GetAsync("/v1/api-keys?limit=0")).ShouldBeProblemAsync(400);
        await (await fixture.First.Client.GetAsync("/v1/api-keys?cursor=nonsense")).ShouldBeProblemAsync(400);
    }

    [Fact]
    public async Task Wrong_method_and_unknown_path_are_problems()
    {
        await (await fixture.First.Client.PutAsJsonAsync("/v1/api-keys", new { })).ShouldBeProblemAsync(405);
        await (await fixture.First.Client.GetAsync("/v1/nothing/here")).ShouldBeProblemAsync(404);
        await (await fixture.First.Client.GetAsync("/nothing")).ShouldBeProblemAsync(404);
    }
}
