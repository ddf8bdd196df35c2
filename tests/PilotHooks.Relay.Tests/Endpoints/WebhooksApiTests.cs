using System.Net;
using System.Text.Json;
using Dapper;

namespace PilotHooks.Relay.Tests.Endpoints;

[Collection(RelayFixture.Collection)]
public sealed class WebhooksApiTests(RelayFixture fixture)
{
    private const string Url = "https://example.com/hooks/whatsapp";
    private readonly RelaySystem _relay = fixture.System;
    private readonly string _number = $"num_{Guid.NewGuid():N}";

    [Fact]
    public async Task Created_endpoint_is_answered_with_its_address_and_read_back()
    {
        var (status, created, response) = await _relay.CallAsync(
            HttpMethod.Post, "/v1/webhooks", new { url = Url, name = "My hook", events = new[] { "message.received", "message.sent" }, whatsappNumberId = _number });

        status.ShouldBe(HttpStatusCode.Created);
        var id = created.GetProperty("id").GetString()!;
        id.ShouldStartWith("wh_");
        response.Headers.Location!.ToString().ShouldBe($"/v1/webhooks/{id}");
        created.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["id", "url", "name", "description", "events", "active", "pausedReason", "numberId", "rateLimit", "format", "signature", "createdAt", "updatedAt",
             "failingSince", "circuitOpen", "lastAttemptAt"]);
        created.GetProperty("active").GetBoolean().ShouldBeTrue();
        created.GetProperty("numberId").GetString().ShouldBe(_number);
        created.GetProperty("format").GetString().ShouldBe("original");
        created.GetProperty("signature").GetString().ShouldBe("both");
        created.GetProperty("rateLimit").ValueKind.ShouldBe(JsonValueKind.Null);
        created.GetProperty("failingSince").ValueKind.ShouldBe(JsonValueKind.Null);
        created.GetProperty("circuitOpen").GetBoolean().ShouldBeFalse();
        created.GetProperty("lastAttemptAt").ValueKind.ShouldBe(JsonValueKind.Null);
        (await _relay.ReadAsync($"/v1/webhooks/{id}")).ToString().ShouldBe(created.ToString());
    }

    [Theory]
    [InlineData("""{ "name": "x", "events": [] }""", "url")]
    [InlineData("""{ "url": "https://example.com/", "events": [] }""", "name")]
    [InlineData("""{ "url": "https://example.com/", "name": "", "events": [] }""", "name")]
    [InlineData("""{ "url": "https://example.com/", "name": "x" }""", "events")]
    [InlineData("""{ "url": "https://example.com/", "name": "x", "events": "*" }""", "events")]
    [InlineData("""{ "url": "https://example.com/", "name": "x", "events": ["message.sent", "message.exploded"] }""", "message.exploded")]
    [InlineData("""{ "url": "https://example.com/", "name": "x", "events": [], "rateLimit": 0 }""", "rateLimit")]
    [InlineData("""{ "url": "https://example.com/", "name": "x", "events": [], "rateLimit": 1001 }""", "rateLimit")]
    [InlineData("""{ "url": "https://example.com/", "name": "x", "events": [], "rateLimit": 1.5 }""", "rateLimit")]
    [InlineData("""{ "url": "https://example.com/", "name": "x", "events": [], "rateLimit": "5" }""", "rateLimit")]
    [InlineData("""{ "url": "https://example.com/", "name": "x", "events": [], "format": "xml" }""", "format")]
    [InlineData("""{ "url": "https://example.com/", "name": "x", "events": [], "signature": "none" }""", "signature")]
    [InlineData("""{ "url": "https://example.com/", "name": "x", "events": [], "secret": "whsec_short" }""", "secret")]
    [InlineData("""{ "url": "https://example.com/", "name": "x", "events": [], "ratelimit": 5 }""", "ratelimit")]
    [InlineData("""{ "url": "ftp://example.com/", "name": "x", "events": [] }""", "url")]
    [InlineData("""{ "url": "https://example.com/\r\nX: y", "name": "x", "events": [] }""", "url")]
    [InlineData("[]", "object")]
    public async Task Create_that_is_not_right_is_refused_by_name_and_makes_nothing(string body, string named)
    {
        await using var connection = await _relay.Database.OpenConnectionAsync();
        var count = await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM endpoints WHERE name = 'x'");

        var (status, problem, response) = await _relay.CallAsync(HttpMethod.Post, "/v1/webhooks", body);

        status.ShouldBe(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        problem.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("detail").GetString()!.ShouldContain(named);
        (await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM endpoints WHERE name = 'x'")).ShouldBe(count);
    }

    [Fact]
    public async Task Body_that_is_no_json_is_a_problem()
    {
        var (status, problem, _) = await _relay.CallAsync(HttpMethod.Post, "/v1/webhooks", "{ nonsense");

        status.ShouldBe(HttpStatusCode.BadRequest);
        problem.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Secret_is_in_no_answer_and_not_readable_in_the_database()
    {
        const string secret = "whsec_c2VjcmV0LW9mLXRoZS11c2VyLWl0c2VsZi1vaw==";
        var id = await _relay.SubscribeAsync(new Uri(Url), secret: secret, numberId: _number);

        foreach (var path in new[] { $"/v1/webhooks/{id}", "/v1/webhooks?limit=200", $"/v1/webhooks/{id}/logs", $"/v1/webhooks/{id}/stats" })
        {
            (await _relay.ReadAsync(path)).ToString().ShouldNotContain("whsec");
        }

        await using var connection = await _relay.Database.OpenConnectionAsync();
        var stored = await connection.QuerySingleAsync<byte[]>("SELECT secret FROM endpoints WHERE id = @id", new { id });
        System.Text.Encoding.Latin1.GetString(stored).ShouldNotContain("whsec_");
        _relay.Replicas.ShouldAllBe(replica => !replica.Output.Contains("whsec_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Patch_replaces_the_events_and_leaves_what_it_does_not_name()
    {
        var id = await _relay.SubscribeAsync(new Uri(Url), ["message.sent", "message.read"], numberId: _number, rateLimit: 7);

        var patched = await _relay.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { events = new[] { "call.*" }, description = "now with words" });

        patched.GetProperty("events").EnumerateArray().Select(item => item.GetString()).ShouldBe(["call.*"]);
        patched.GetProperty("description").GetString().ShouldBe("now with words");
        patched.GetProperty("rateLimit").GetInt32().ShouldBe(7);
        patched.GetProperty("url").GetString().ShouldBe(Url);
        patched = await _relay.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", """{ "rateLimit": null, "description": null }""");
        patched.GetProperty("rateLimit").ValueKind.ShouldBe(JsonValueKind.Null);
        patched.GetProperty("description").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("""{ "whatsappNumberId": "num_2" }""", "whatsappNumberId")]
    [InlineData("""{ "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }""", "secret")]
    [InlineData("""{ "name": "fine", "nonsense": 1 }""", "nonsense")]
    [InlineData("""{ "name": null }""", "name")]
    [InlineData("""{ "events": ["message.exploded"] }""", "message.exploded")]
    [InlineData("""{ "active": "no" }""", "active")]
    [InlineData("""{ "url": "not a url" }""", "url")]
    public async Task Patch_that_is_not_right_is_refused_and_changes_nothing(string body, string named)
    {
        var id = await _relay.SubscribeAsync(new Uri(Url), numberId: _number);
        var before = (await _relay.ReadAsync($"/v1/webhooks/{id}")).ToString();

        var (status, problem, _) = await _relay.CallAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", body);

        status.ShouldBe(HttpStatusCode.BadRequest);
        problem.GetProperty("detail").GetString()!.ShouldContain(named);
        (await _relay.ReadAsync($"/v1/webhooks/{id}")).ToString().ShouldBe(before);
    }

    [Fact]
    public async Task Key_of_a_number_makes_and_sees_endpoints_of_its_number_only()
    {
        var other = await _relay.SubscribeAsync(new Uri(Url), numberId: _number + "x");
        var all = await _relay.SubscribeAsync(new Uri(Url), []);
        var own = await _relay.SendAsync(HttpMethod.Post, "/v1/webhooks", new { url = Url, name = "mine", events = new[] { "*" } }, keyOfNumber: _number);

        own.GetProperty("numberId").GetString().ShouldBe(_number);
        (await _relay.ReadAsync("/v1/webhooks", keyOfNumber: _number)).GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("id").GetString()).ShouldBe([own.GetProperty("id").GetString()]);
        foreach (var id in new[] { other, all })
        {
            foreach (var (method, path) in new[]
            {
                (HttpMethod.Get, ""), (HttpMethod.Delete, ""), (HttpMethod.Get, "/logs"), (HttpMethod.Get, "/stats"),
                (HttpMethod.Post, "/test"), (HttpMethod.Post, "/retry-failed"), (HttpMethod.Post, "/rotate-secret"),
            })
            {
                (await _relay.CallAsync(method, $"/v1/webhooks/{id}{path}", keyOfNumber: _number)).Status.ShouldBe(HttpStatusCode.NotFound, $"{method} {path}");
            }

            (await _relay.CallAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { name = "taken over" }, keyOfNumber: _number)).Status.ShouldBe(HttpStatusCode.NotFound);
        }

        (await _relay.CallAsync(HttpMethod.Post, "/v1/webhooks", new { url = Url, name = "x", events = new[] { "*" }, whatsappNumberId = _number + "x" }, keyOfNumber: _number))
            .Status.ShouldBe(HttpStatusCode.Forbidden);
        (await _relay.CallAsync(HttpMethod.Get, $"/v1/webhooks?numberId={_number}x", keyOfNumber: _number)).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Number_comes_from_the_body_or_the_header_and_not_from_both_differently()
    {
        var body = new { url = Url, name = "a test", events = new[] { "*" } };
        (await _relay.CallAsync(HttpMethod.Post, "/v1/webhooks", body, headers: ("x-whatsapp-number-id", _number))).Body.GetProperty("numberId").GetString().ShouldBe(_number);

        var both = new { url = Url, name = "a test", events = new[] { "*" }, whatsappNumberId = _number };
        (await _relay.CallAsync(HttpMethod.Post, "/v1/webhooks", both, headers: ("x-whatsapp-number-id", _number))).Status.ShouldBe(HttpStatusCode.Created);
        (await _relay.CallAsync(HttpMethod.Post, "/v1/webhooks", both, headers: ("x-whatsapp-number-id", _number + "x"))).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Events_that_the_numbers_provider_cannot_emit_are_dropped_silently()
    {
        var sent = Events.Received(_number);
        await _relay.Bus.PublishAsync(sent);
        await TestSupport.Eventually.GetAsync(async () => (await _relay.CallAsync(HttpMethod.Get, $"/v1/events/{sent.EventId}")).Status, status => status == HttpStatusCode.OK);

        var created = await _relay.SendAsync(HttpMethod.Post, "/v1/webhooks", new { url = Url, name = "x", events = new[] { "message.read", "form.submitted", "message.*" }, whatsappNumberId = _number });

        created.GetProperty("events").EnumerateArray().Select(item => item.GetString()).ShouldBe(["message.read", "message.*"]);
    }

    [Fact]
    public async Task List_is_newest_first_and_paged()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(await _relay.SubscribeAsync(new Uri(Url), numberId: _number));
        }

        var listed = new List<string>();
        var next = "";
        do
        {
            var page = await _relay.ReadAsync($"/v1/webhooks?limit=2{next}", keyOfNumber: _number);
            listed.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            next = page.GetProperty("next").GetString() is { } cursor ? $"&cursor={cursor}" : null;
        }
        while (next is not null);

        listed.ShouldBe(Enumerable.Reverse(ids));
        (await _relay.CallAsync(HttpMethod.Get, "/v1/webhooks?limit=0")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await _relay.CallAsync(HttpMethod.Get, "/v1/webhooks?cursor=nonsense")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Health_shows_who_fails_since_when_and_the_list_can_be_narrowed_to_them()
    {
        var failing = await _relay.SubscribeAsync(_relay.Subscriber.Add(HttpStatusCode.InternalServerError), numberId: _number);
        var gone = await _relay.SubscribeAsync(_relay.Subscriber.Add(HttpStatusCode.Gone), numberId: _number);
        var well = await _relay.SubscribeAsync(_relay.Subscriber.Add(), numberId: _number);
        var paused = await _relay.SubscribeAsync(new Uri(Url), numberId: _number);
        await _relay.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{paused}", new { active = false });
        var before = DateTimeOffset.UtcNow;

        await _relay.Bus.PublishAsync(Events.Received(_number));

        var item = await _relay.ReadAsync($"/v1/webhooks/{failing}", endpoint => endpoint.GetProperty("failingSince").ValueKind != JsonValueKind.Null);
        item.GetProperty("failingSince").GetDateTimeOffset().ShouldBeInRange(before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1));
        item.GetProperty("lastAttemptAt").GetDateTimeOffset().ShouldBeInRange(before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1));
        item.GetProperty("circuitOpen").GetBoolean().ShouldBeFalse();
        await _relay.ReadAsync($"/v1/webhooks/{gone}", endpoint => endpoint.GetProperty("pausedReason").GetString() == "gone");
        await _relay.StatsAsync(well, stats => stats.GetProperty("successful").GetInt32() == 1);
        (await _relay.ReadAsync($"/v1/webhooks/{well}")).GetProperty("failingSince").ValueKind.ShouldBe(JsonValueKind.Null);
        (await Ids("true")).ShouldBe([gone, failing]);
        (await Ids("false")).ShouldBe([paused, well]);
        (await _relay.CallAsync(HttpMethod.Get, "/v1/webhooks?failing=perhaps")).Status.ShouldBe(HttpStatusCode.BadRequest);

        // Given up, so that no attempt says otherwise meanwhile.
        await _relay.StatsAsync(failing, stats => stats.GetProperty("failed").GetInt32() == 1);
        await using var connection = await _relay.Database.OpenConnectionAsync();
        await connection.ExecuteAsync("UPDATE endpoint_states SET circuit_until = now() + interval '1 hour' WHERE endpoint_id = @failing", new { failing });
        (await _relay.ReadAsync($"/v1/webhooks/{failing}")).GetProperty("circuitOpen").GetBoolean().ShouldBeTrue();
        // Resumed by hand, it starts with a clean slate.
        var resumed = await _relay.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{failing}", new { active = true });
        resumed.GetProperty("circuitOpen").GetBoolean().ShouldBeFalse();
        resumed.GetProperty("failingSince").ValueKind.ShouldBe(JsonValueKind.Null);

        async Task<IEnumerable<string?>> Ids(string failing)
            => (await _relay.ReadAsync($"/v1/webhooks?failing={failing}", keyOfNumber: _number)).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()).ToList();
    }

    [Fact]
    public async Task Deleted_endpoint_gets_nothing_and_takes_its_history_with_it()
    {
        // One delivery that succeeds at once, one later, one that still waits.
        var url = _relay.Subscriber.Add((context, count) =>
        {
            context.Response.StatusCode = count is 1 or 3 ? 200 : 500;
            return Task.CompletedTask;
        });
        var id = await _relay.SubscribeAsync(url, numberId: _number);
        await _relay.Bus.PublishAsync(Events.Received(_number));
        await _relay.ReceivedAsync(url, 1);
        await _relay.Bus.PublishAsync(Events.Received(_number));
        await _relay.ReadAsync($"/v1/webhooks/{id}/stats", stats => stats.GetProperty("successful").GetInt32() == 2);
        await _relay.Bus.PublishAsync(Events.Received(_number));
        var delivery = (await _relay.ReadAsync($"/v1/webhooks/{id}/logs", logs => logs.GetProperty("items").GetArrayLength() == 4))
            .GetProperty("items")[0].GetProperty("deliveryId").GetString();

        (await _relay.CallAsync(HttpMethod.Delete, $"/v1/webhooks/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);

        (await _relay.CallAsync(HttpMethod.Delete, $"/v1/webhooks/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _relay.CallAsync(HttpMethod.Get, $"/v1/webhooks/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _relay.CallAsync(HttpMethod.Get, $"/v1/deliveries/{delivery}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _relay.CallAsync(HttpMethod.Post, $"/v1/deliveries/{delivery}/retry")).Status.ShouldBe(HttpStatusCode.NotFound);
        await using var connection = await _relay.Database.OpenConnectionAsync();
        await TestSupport.Eventually.GetAsync(
            () => connection.ExecuteScalarAsync<long>("SELECT (SELECT count(*) FROM deliveries WHERE endpoint_id = @id) + (SELECT count(*) FROM attempts WHERE endpoint_id = @id)", new { id }),
            rows => rows == 0);
    }

    [Theory]
    [InlineData("""{ "overlapSeconds": -1 }""")]
    [InlineData("""{ "overlapSeconds": 604801 }""")]
    [InlineData("""{ "overlapSeconds": "60" }""")]
    [InlineData("""{ "secret": "mine" }""")]
    [InlineData("""{ "overlap": 5 }""")]
    [InlineData("{ nonsense")]
    public async Task Rotation_that_is_not_right_is_refused(string body)
    {
        var id = await _relay.SubscribeAsync(new Uri(Url), numberId: _number);

        (await _relay.CallAsync(HttpMethod.Post, $"/v1/webhooks/{id}/rotate-secret", body)).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("GET", "/v1/webhooks/wh_nobody")]
    [InlineData("PATCH", "/v1/webhooks/wh_nobody")]
    [InlineData("DELETE", "/v1/webhooks/wh_nobody")]
    [InlineData("GET", "/v1/webhooks/wh_nobody/logs")]
    [InlineData("GET", "/v1/webhooks/wh_nobody/stats")]
    [InlineData("POST", "/v1/webhooks/wh_nobody/test")]
    [InlineData("POST", "/v1/webhooks/wh_nobody/rotate-secret")]
    [InlineData("POST", "/v1/webhooks/wh_nobody/retry-failed")]
    [InlineData("GET", "/v1/deliveries/nobody")]
    [InlineData("GET", "/v1/deliveries/00000000-0000-0000-0000-000000000000")]
    [InlineData("POST", "/v1/deliveries/nobody/retry")]
    [InlineData("GET", "/v1/events/nobody")]
    [InlineData("POST", "/v1/events/00000000-0000-0000-0000-000000000000/replay")]
    public async Task What_does_not_exist_is_not_found(string method, string path)
        => (await _relay.CallAsync(new HttpMethod(method), path, method == "PATCH" ? "{}" : null)).Status.ShouldBe(HttpStatusCode.NotFound);
}
