using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Npgsql;
using PilotHooks.Console.Tests.Support;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Journeys;

/// <summary>In the collection, because a console of another database takes the dead letters of the others' tests.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class JourneyTests : IAsyncLifetime
{
    private const string Received = "2026-02-24T15:00:00.000Z";

    /// <summary>What no reader of JSON may touch: spaces, escapes, numbers that no double holds, a name twice.</summary>
    private const string Payload = """{ "odd": "\u0041\/\ud800", "big": 123456789012345678901234567890, "exact": 1.10, "far": 1e999,"far":[ ] }""";

    private readonly Guid _eventId = Guid.NewGuid();
    private readonly string _database = $"console_{Guid.NewGuid():N}";
    private string _postgres = "";
    private FakeService _messaging = null!;
    private FakeService _numbers = null!;
    private FakeService _relay = null!;
    private ServiceProcess _console = null!;

    public async Task InitializeAsync()
    {
        _messaging = await FakeService.StartAsync("messaging");
        _numbers = await FakeService.StartAsync("numbers");
        _relay = await FakeService.StartAsync("relay");
        _postgres = (await TestServers.PostgresAsync()).ConnectionString;
        _console = await ConsoleProcess.StartAsync(
            (await TestServers.BrokerAsync()).ConnectionString, _postgres, _database, [ConsoleProcess.Nowhere, _messaging.Address], _numbers.Address, relay: _relay.Address);
        _relay.Answer = context => Json(context, Archived("MessageReceived"));
        _messaging.Answer = context => Json(context, """[{"at":"2026-02-24T15:00:00.250Z","detail":"of the message"}]""");
    }

    public async Task DisposeAsync()
    {
        await _console.DisposeAsync();
        await _messaging.DisposeAsync();
        await _numbers.DisposeAsync();
        await _relay.DisposeAsync();
    }

    [Fact]
    public async Task Steps_of_the_service_stand_among_those_of_the_relay_by_their_time()
    {
        var found = await ReadAsync();

        Steps(found).ShouldBe([
            ("ingress", "received", "accepted"), ("messaging", "merged", "merged"), ("relay", "archived", "archived"), ("relay", "attempt", "SUCCESS")]);
        var merged = found["steps"]![1]!;
        ((string)merged["at"]!, (double)merged["durationMs"]!, (string)merged["detail"]!).ShouldBe(("2026-02-24T15:00:00.250Z", 250, "of the message"));
        // Unknown fields of a newer relay, too.
        found["further"]!.ToJsonString().ShouldBe("""{"a":1}""");
    }

    [Fact]
    public async Task Payload_is_answered_byte_for_byte()
        => (await _console.Client.GetStringAsync($"/v1/events/{_eventId}")).ShouldContain($"\"payload\":{Payload},");

    [Fact]
    public async Task Service_is_asked_behind_the_gateway_and_only_the_one_of_the_events_kind()
    {
        var asked = new List<(string Path, Caller? Caller)>();
        _messaging.Answer = context =>
        {
            lock (asked)
            {
                asked.Add((context.Request.Path, InternalCalls.ReadCaller(context.Request.Headers["x-pilothooks-caller"], ConsoleProcess.GatewayToken)));
            }

            return Json(context, "[]");
        };

        Steps(await ReadAsync()).ShouldBe([("ingress", "received", "accepted"), ("relay", "archived", "archived"), ("relay", "attempt", "SUCCESS")]);

        asked.ShouldBe([($"/internal/events/{_eventId}/steps", new Caller(NumberId: null, Caller.System, ReadsOnly: true))]);
        _numbers.Calls.ShouldNotContain(call => call.RawTarget.Contains("steps", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Event_that_no_service_merges_has_the_relays_steps_alone()
    {
        _relay.Answer = context => Json(context, Archived("UnknownEventReceived"));
        _messaging.Answer = _ => throw new InvalidOperationException();

        Steps(await ReadAsync()).Select(step => step.Service).ShouldBe(["ingress", "relay", "relay"]);
    }

    [Fact]
    public async Task Service_that_is_away_or_slow_is_said_to_be_unavailable()
    {
        _messaging.Answer = context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        Steps(await ReadAsync())[^1].ShouldBe(("messaging", "merged", "unavailable"));

        var released = new TaskCompletionSource();
        _messaging.Answer = _ => released.Task;
        Steps(await ReadAsync())[^1].ShouldBe(("messaging", "merged", "unavailable"));
        released.SetResult();

        await _messaging.DisposeAsync();
        Steps(await ReadAsync())[^1].ShouldBe(("messaging", "merged", "unavailable"));
    }

    [Fact]
    public async Task Dead_letters_of_the_event_are_steps_with_their_reason()
    {
        await AddDeadLetterAsync("messaging-inbound", "Refused.", "2026-02-24T15:00:01Z", replayedAt: null);
        await AddDeadLetterAsync("relay-archive", "Refused before.", "2026-02-24T15:00:00.1Z", replayedAt: "2026-02-24T16:00:00Z");
        _messaging.Answer = context => Json(context, "[]");

        var found = await ReadAsync();

        Steps(found).ShouldBe([
            ("ingress", "received", "accepted"), ("relay", "dead-letter", "replayed"), ("relay", "archived", "archived"), ("messaging", "dead-letter", "failed"), ("relay", "attempt", "SUCCESS")]);
        ((string)found["steps"]![3]!["detail"]!).ShouldBe("Refused.");
    }

    [Fact]
    public async Task Whatever_else_the_relay_says_is_passed_on_as_it_is()
    {
        _relay.Answer = async context =>
        {
            context.Response.StatusCode = 404;
            context.Response.ContentType = "application/problem+json";
            context.Response.Headers["x-further"] = "1";
            await context.Response.WriteAsync("""{"status":404, "traceId":"of the relay"}""");
        };
        using (var missing = await _console.Client.GetAsync("/v1/events/nonsense%2F?further=1"))
        {
            ((int)missing.StatusCode).ShouldBe(404);
            missing.Headers.GetValues("x-further").ShouldBe(["1"]);
            missing.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            (await missing.Content.ReadAsStringAsync()).ShouldBe("""{"status":404, "traceId":"of the relay"}""");
        }

        await _relay.DisposeAsync();
        using var away = await _console.Client.GetAsync($"/v1/events/{_eventId}");
        (await away.ShouldBeProblemAsync(503)).ShouldContain("relay");
        away.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task Number_of_a_scoped_key_and_other_paths_and_methods_reach_the_relay_as_before()
    {
        var seen = new List<string>();
        _relay.Answer = context =>
        {
            lock (seen)
            {
                seen.Add($"{context.Request.Method} {context.Request.Path} {InternalCalls.ReadCaller(context.Request.Headers["x-pilothooks-caller"], ConsoleProcess.GatewayToken)?.NumberId}");
            }

            context.Response.StatusCode = context.Request.Method == "POST" ? 202 : 404;
            return Task.CompletedTask;
        };
        var (_, key) = await _console.CreateKeyAsync("cmm0number");
        using var client = _console.ClientWith(key);

        using var one = await client.GetAsync($"/v1/events/{_eventId}");
        using var list = await client.GetAsync("/v1/events");
        using var replayed = await client.PostAsync($"/v1/events/{_eventId}/replay", null);
        using var posted = await client.PostAsync($"/v1/events/{_eventId}", null);

        seen.ShouldBe([
            $"GET /v1/events/{_eventId} cmm0number", "GET /v1/events cmm0number", $"POST /v1/events/{_eventId}/replay cmm0number", $"POST /v1/events/{_eventId} cmm0number"]);
        ((int)posted.StatusCode).ShouldBe(202);
    }

    private async Task<JsonObject> ReadAsync()
    {
        using var answer = await _console.Client.GetAsync($"/v1/events/{_eventId}");
        ((int)answer.StatusCode).ShouldBe(200, await answer.Content.ReadAsStringAsync());
        answer.Content.Headers.ContentType!.ToString().ShouldBe("application/json; charset=utf-8");
        var text = await answer.Content.ReadAsStringAsync();
        return JsonNode.Parse(text.Replace(Payload, "null", StringComparison.Ordinal))!.AsObject();
    }

    private static List<(string? Service, string? Step, string? Outcome)> Steps(JsonObject found)
        => [.. found["steps"]!.AsArray().Select(step => ((string?)step!["service"], (string?)step["step"], (string?)step["outcome"]))];

    private string Archived(string kind) => $$"""
        {"eventId":"{{_eventId}}","event":"message.received","source":"whatsapp","numberId":null,"receivedAt":"{{Received}}","traceId":null,"kind":"{{kind}}","payload":{{Payload}},"further":{"a":1},"steps":[
        {"service":"ingress","step":"received","at":"{{Received}}","durationMs":null,"outcome":"accepted","detail":"whatsapp"},
        {"service":"relay","step":"archived","at":"2026-02-24T15:00:00.300Z","durationMs":300,"outcome":"archived","detail":null},
        {"service":"relay","step":"attempt","at":"2026-02-24T15:00:02.000Z","durationMs":7,"outcome":"SUCCESS","detail":"wh_1, attempt 1: 200"}]}
        """;

    private async Task AddDeadLetterAsync(string queue, string reason, string failedAt, string? replayedAt)
    {
        await using var database = NpgsqlDataSource.Create($"{_postgres};Database={_database}");
        await using var command = database.CreateCommand(
            """
            INSERT INTO dead_letters (id, delivery_key, queue, event_id, reason, failed_at, replayed_at, payload, properties, headers)
            VALUES (gen_random_uuid(), $1, $2, $3, $4, $5::timestamptz, $6::timestamptz, '', '{}', '{}')
            """);
        foreach (var value in new object?[] { Guid.NewGuid().ToByteArray(), queue, _eventId, reason, failedAt, replayedAt })
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        await command.ExecuteNonQueryAsync();
    }

    private static async Task Json(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(json));
    }
}
