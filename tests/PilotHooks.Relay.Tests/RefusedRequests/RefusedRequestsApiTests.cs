using System.Net;
using System.Text;
using System.Text.Json;
using Dapper;
using PilotHooks.Contracts;
using PilotHooks.Relay.Tests.Archive;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.RefusedRequests;

[Collection(RelayFixture.Collection)]
public sealed class RefusedRequestsApiTests(RelayFixture fixture)
{
    private readonly RelaySystem _relay = fixture.System;
    private readonly string _source = $"source-{Guid.NewGuid():N}";

    [Fact]
    public async Task Refused_requests_are_listed_newest_first_by_source_and_reason()
    {
        var (json, text, large) = (Refused("""{ "event":  "x" }""", "signature-mismatch", 1), Refused("no JSON", "malformed", 2), Refused(null, "too-large", 3));
        foreach (var refused in new[] { json, text, large, large })
        {
            await _relay.Bus.PublishAsync(refused);
        }

        var page = await _relay.ReadAsync($"/v1/refused-requests?source={_source}", page => page.GetProperty("items").GetArrayLength() == 3);
        var items = page.GetProperty("items");
        items.EnumerateArray().Select(item => item.GetProperty("id").GetGuid()).ShouldBe([large.Id, text.Id, json.Id]);
        items[0].EnumerateObject().Select(member => member.Name).ShouldBe(["id", "source", "at", "status", "reason", "bytes", "payload", "acceptedAt"]);
        items[0].GetProperty("payload").ValueKind.ShouldBe(JsonValueKind.Null);
        items[0].GetProperty("bytes").GetInt64().ShouldBe(5_000_000);
        items[1].GetProperty("payload").GetString().ShouldBe("no JSON");
        items[2].GetProperty("payload").GetProperty("event").GetString().ShouldBe("x");
        items[2].GetProperty("status").GetInt32().ShouldBe(401);
        (await _relay.ReadAsync($"/v1/refused-requests?source={_source}&reason=malformed")).GetProperty("items")[0].GetProperty("id").GetGuid().ShouldBe(text.Id);

        var first = await _relay.ReadAsync($"/v1/refused-requests?source={_source}&limit=2");
        first.GetProperty("items").GetArrayLength().ShouldBe(2);
        var second = await _relay.ReadAsync($"/v1/refused-requests?source={_source}&limit=2&cursor={first.GetProperty("next").GetString()}");
        second.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid()).ShouldBe([json.Id]);
        second.GetProperty("next").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Page_of_large_bodies_is_short_and_none_is_left_out()
    {
        var refused = Enumerable.Range(0, 20).Select(i => Refused($$"""{ "x": "{{new string('x', 250_000)}}" }""", "signature-mismatch", i)).ToList();
        await Task.WhenAll(refused.Select(_relay.Bus.PublishAsync));
        await using (var connection = await _relay.Database.OpenConnectionAsync())
        {
            await Eventually.GetAsync(() => connection.ExecuteScalarAsync<int>("SELECT count(*) FROM refused_requests WHERE source = @_source", new { _source }), count => count == 20);
        }

        var ids = new List<Guid>();
        for (var cursor = ""; cursor is not null;)
        {
            var page = await _relay.ReadAsync($"/v1/refused-requests?source={_source}&cursor={cursor}");
            page.GetProperty("items").GetArrayLength().ShouldBeLessThan(20);
            ids.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid()));
            cursor = page.GetProperty("next").GetString();
        }

        ids.ShouldBe(refused.Select(one => one.Id).Reverse());
    }

    [Fact]
    public async Task Accepted_request_goes_to_the_ingress_and_what_can_be_no_event_is_a_conflict()
    {
        var (json, array, large) = (Refused("""{ "event": "x" }""", "signature-mismatch", 1), Refused("[]", "malformed", 2), Refused(null, "too-large", 3));
        foreach (var refused in new[] { json, array, large })
        {
            await _relay.Bus.PublishAsync(refused);
        }

        await _relay.ReadAsync($"/v1/refused-requests?source={_source}", page => page.GetProperty("items").GetArrayLength() == 3);
        var broker = await BrokerQueue.OpenAsync(Queues.IngressIntake);
        await using var _ = broker;

        (await AcceptAsync($"{json.Id}")).ShouldBe(HttpStatusCode.Accepted);
        (await broker.TakeAsync(message => message == json.Id)).ShouldBe(json.Id);
        (await AcceptAsync($"{json.Id}")).ShouldBe(HttpStatusCode.Accepted);
        (await AcceptAsync($"{array.Id}")).ShouldBe(HttpStatusCode.Conflict);
        (await AcceptAsync($"{large.Id}")).ShouldBe(HttpStatusCode.Conflict);
        (await AcceptAsync($"{Guid.NewGuid()}")).ShouldBe(HttpStatusCode.NotFound);
        (await AcceptAsync("nothing")).ShouldBe(HttpStatusCode.NotFound);
        var item = (await _relay.ReadAsync($"/v1/refused-requests?source={_source}&reason=signature-mismatch")).GetProperty("items")[0];
        item.GetProperty("acceptedAt").ValueKind.ShouldBe(JsonValueKind.String);
    }

    [Fact]
    public async Task Key_of_a_number_sees_no_refused_request()
    {
        (await _relay.CallAsync(HttpMethod.Get, "/v1/refused-requests", keyOfNumber: "num_1")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await _relay.CallAsync(HttpMethod.Post, $"/v1/refused-requests/{Guid.NewGuid()}/accept", keyOfNumber: "num_1")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task<HttpStatusCode> AcceptAsync(string id) => (await _relay.CallAsync(HttpMethod.Post, $"/v1/refused-requests/{id}/accept")).Status;

    private RefusedRequest Refused(string? body, string reason, int second)
        => new(Guid.NewGuid(), _source, IsKnownSource: true, DateTimeOffset.UtcNow.AddSeconds(second - 60), 401, reason, body?.Length ?? 5_000_000, body is null ? null : Encoding.UTF8.GetBytes(body));
}
