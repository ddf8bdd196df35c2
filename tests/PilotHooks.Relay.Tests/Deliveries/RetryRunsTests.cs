using System.Net;
using System.Text.Json;
using Dapper;

namespace PilotHooks.Relay.Tests.Deliveries;

[Collection(RelayFixture.Collection)]
public sealed class RetryRunsTests(RelayFixture fixture)
{
    private const int Failed = 1700;
    private readonly RelaySystem _relay = fixture.System;

    [Fact]
    public async Task Everything_that_failed_is_put_back_once_whichever_replica_is_asked_and_how_often()
    {
        var url = _relay.Subscriber.Add();
        var id = await _relay.SubscribeAsync(url, []);
        await _relay.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { active = false });
        await FailAsync(id);

        var answers = await Task.WhenAll(_relay.Replicas.Select(replica => _relay.SendAsync(HttpMethod.Post, $"/v1/webhooks/{id}/retry-failed", replica: replica)));

        answers.Max(answer => answer.GetProperty("queued").GetInt32()).ShouldBe(Failed);
        await _relay.StatsAsync(id, stats => stats.GetProperty("pending").GetInt32() == Failed && Retrying(stats) == (Failed, 0));
        await _relay.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { active = true });
        var stats = await _relay.StatsAsync(id, stats => stats.GetProperty("successful").GetInt32() == Failed && Retrying(stats) is null, TimeSpan.FromSeconds(60));
        stats.GetProperty("total").GetInt32().ShouldBe(Failed);
        _relay.Subscriber.Received(url).Select(request => request.Headers["webhook-id"]).Distinct().Count().ShouldBe(Failed);
    }

    [Fact]
    public async Task Deliveries_are_put_back_step_by_step()
    {
        var id = await _relay.SubscribeAsync(_relay.Subscriber.Add(), []);
        await _relay.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { active = false });
        await FailAsync(id);
        await using var connection = await _relay.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        // Somebody holds a delivery of the second step.
        await connection.ExecuteAsync(
            "SELECT FROM deliveries WHERE id = (SELECT id FROM deliveries WHERE endpoint_id = @id ORDER BY created_at, id OFFSET 700 LIMIT 1) FOR UPDATE", new { id }, transaction);

        var answer = _relay.SendAsync(HttpMethod.Post, $"/v1/webhooks/{id}/retry-failed");

        var stats = await _relay.StatsAsync(id, stats => stats.GetProperty("pending").GetInt32() == 500);
        stats.GetProperty("failed").GetInt32().ShouldBe(Failed - 500);
        Retrying(stats).ShouldBe((Failed, 0));
        await transaction.RollbackAsync();
        (await answer).GetProperty("queued").GetInt32().ShouldBe(Failed);
        await _relay.StatsAsync(id, stats => stats.GetProperty("pending").GetInt32() == Failed);
    }

    [Fact]
    public async Task Progress_is_shown_until_all_that_was_put_back_has_been_attempted()
    {
        const int some = 60;
        var url = _relay.Subscriber.Add((context, count) =>
        {
            context.Response.StatusCode = count <= 5 ? 500 : 200;
            return Task.CompletedTask;
        });
        var id = await _relay.SubscribeAsync(url, [], rateLimit: 20);
        await FailAsync(id, some);

        (await _relay.SendAsync(HttpMethod.Post, $"/v1/webhooks/{id}/retry-failed")).GetProperty("queued").GetInt32().ShouldBe(some);

        await _relay.StatsAsync(id, stats => Retrying(stats) is (some, > 0 and < some));
        // Those that fail again are done too, and go on with their schedule.
        await _relay.StatsAsync(id, stats => Retrying(stats) is null && stats.GetProperty("successful").GetInt32() == some);
    }

    [Fact]
    public async Task Only_what_failed_since_then_and_can_still_be_sent_is_put_back()
    {
        var id = await _relay.SubscribeAsync(_relay.Subscriber.Add(), []);
        await _relay.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { active = false });
        await FailAsync(id);
        await using var connection = await _relay.Database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            UPDATE deliveries SET created_at = now() - interval '2 hours' WHERE id IN (SELECT id FROM deliveries WHERE endpoint_id = @id ORDER BY id LIMIT 1000);
            UPDATE events SET payload = NULL WHERE event_id IN (SELECT event_id FROM deliveries WHERE endpoint_id = @id ORDER BY id DESC LIMIT 100);
            UPDATE deliveries SET status = 'pending', due_at = now() + interval '1 hour', attempts = 0 WHERE id IN (SELECT id FROM deliveries WHERE endpoint_id = @id ORDER BY id OFFSET 1000 LIMIT 50)
            """,
            new { id });

        var since = Uri.EscapeDataString(DateTimeOffset.UtcNow.AddHours(-1).ToString("O"));
        (await _relay.SendAsync(HttpMethod.Post, $"/v1/webhooks/{id}/retry-failed?since={since}")).GetProperty("queued").GetInt32().ShouldBe(Failed - 1000 - 100 - 50);

        var stats = await _relay.StatsAsync(id, stats => stats.GetProperty("pending").GetInt32() == Failed - 1000 - 100);
        stats.GetProperty("failed").GetInt32().ShouldBe(1100);
        Retrying(stats).ShouldBe((Failed - 1000 - 100 - 50, 0));
        (await _relay.CallAsync(HttpMethod.Post, $"/v1/webhooks/{id}/retry-failed?since=yesterday")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static (int Total, int Done)? Retrying(JsonElement stats)
        => stats.GetProperty("retrying") is { ValueKind: JsonValueKind.Object } retrying ? (retrying.GetProperty("total").GetInt32(), retrying.GetProperty("done").GetInt32()) : null;

    /// <summary>Gives the endpoint deliveries that were given up, with their events.</summary>
    private async Task FailAsync(string id, int count = Failed)
    {
        await using var connection = await _relay.Database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            WITH failed AS (
                INSERT INTO events (event_id, kind, event, source, occurred_at, received_at, payload)
                SELECT gen_random_uuid(), 'MessageReceived', 'message.received', 'whatsapp', now(), now(), '{}' FROM generate_series(1, @count)
                RETURNING event_id
            )
            INSERT INTO deliveries (id, endpoint_id, event_id, event, status, attempts, step, size)
            SELECT gen_random_uuid(), @id, event_id, 'message.received', 'failed', 11, 11, 2 FROM failed
            """,
            new { id, count });
    }
}
