using System.Collections.Concurrent;
using Dapper;
using PilotHooks.Contracts;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Archive;

public sealed class RetentionTests
{
    private static readonly DateTimeOffset Old = DateTimeOffset.UtcNow.AddDays(-40);

    [Fact]
    public async Task What_is_old_is_erased_and_what_still_waits_is_kept()
    {
        // Its own broker: a relay with another database on the shared one would take the other tests' events.
        await using var broker = await TestServers.StartBrokerAsync();
        await using var relay = await RelaySystem.StartAsync(broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, settings: ("Relay__Retention__Batch", "2"));
        var url = relay.Subscriber.Add();
        var paused = await relay.SubscribeAsync(url, ["message.sent"]);
        await relay.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{paused}", new { active = false });
        var waiting = Event("message.sent", Old);
        var fresh = Event("message.read", DateTimeOffset.UtcNow);

        await relay.Bus.PublishAsync([.. Enumerable.Range(0, 7).Select(_ => Event("message.read", Old)), waiting, fresh]);

        await relay.ReadAsync("/v1/events", page => page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("eventId").GetGuid()).ToHashSet().SetEquals([waiting.EventId, fresh.EventId]));
        // Its delivery came a moment ago; once that is old too, both go.
        await using var connection = await relay.Database.OpenConnectionAsync();
        await connection.ExecuteAsync("UPDATE deliveries SET created_at = @Old", new { Old = Old.UtcDateTime });
        await relay.ReadAsync("/v1/events", page => page.GetProperty("items").GetArrayLength() == 1);
        await relay.StatsAsync(paused, stats => stats.GetProperty("total").GetInt32() == 0);
    }

    [Fact]
    public async Task Content_is_delivered_and_then_not_kept_when_retention_is_off()
    {
        await using var broker = await TestServers.StartBrokerAsync();
        await using var relay = await RelaySystem.StartAsync(broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, settings: ("Relay__Retention__Content", "00:00:00"));
        var url = relay.Subscriber.Add(body: "an echo of the content");
        var id = await relay.SubscribeAsync(url);
        var sent = Event("message.read", DateTimeOffset.UtcNow);

        await relay.Bus.PublishAsync(sent);

        (await relay.ReceivedAsync(url))[0].Body.ShouldBe(sent.Payload.ToArray());
        var found = await relay.ReadAsync($"/v1/events/{sent.EventId}", found => found.GetProperty("payload").ValueKind == System.Text.Json.JsonValueKind.Null);
        found.GetProperty("event").GetString().ShouldBe("message.read");
        var item = (await relay.ReadAsync($"/v1/webhooks/{id}/logs")).GetProperty("items")[0];
        item.GetProperty("payload").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        item.GetProperty("response").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await relay.CallAsync(HttpMethod.Post, $"/v1/deliveries/{item.GetProperty("deliveryId").GetString()}/retry")).Status.ShouldBe(System.Net.HttpStatusCode.Conflict);
        (await relay.CallAsync(HttpMethod.Post, $"/v1/events/{sent.EventId}/replay")).Status.ShouldBe(System.Net.HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Content_is_kept_until_its_delivery_has_ended_though_retention_is_off()
    {
        await using var broker = await TestServers.StartBrokerAsync();
        await using var relay = await RelaySystem.StartAsync(broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, settings: [("Relay__Retention__Content", "00:00:00"), ("Relay__Retention__Interval", "00:00:00.05")]);
        var seen = new ConcurrentDictionary<string, bool>();
        var url = relay.Subscriber.Add(async (context, _) =>
        {
            // The first attempt takes as long as the passes of the retention need to come by, and fails.
            if (seen.TryAdd(context.Request.Headers["webhook-id"].ToString(), true))
            {
                await Task.Delay(150);
                context.Response.StatusCode = 500;
            }
        });
        var id = await relay.SubscribeAsync(url);
        List<IWebhookEvent> events = [.. Enumerable.Range(0, 8).Select(_ => Event("message.read", DateTimeOffset.UtcNow))];

        await relay.Bus.PublishAsync(events);

        await relay.StatsAsync(id, stats => stats.GetProperty("successful").GetInt32() == events.Count);
        relay.Subscriber.Received(url).Count.ShouldBe(2 * events.Count);
        await relay.ReadAsync($"/v1/events/{events[0].EventId}", found => found.GetProperty("payload").ValueKind == System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task What_hangs_on_a_deleted_endpoint_is_erased_and_at_last_the_note_of_its_deletion()
    {
        await using var broker = await TestServers.StartBrokerAsync();
        await using var relay = await RelaySystem.StartAsync(broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString);
        var url = relay.Subscriber.Add();
        var id = await relay.SubscribeAsync(url);
        await relay.Bus.PublishAsync(Event("message.read", DateTimeOffset.UtcNow));
        await relay.ReceivedAsync(url);
        await relay.StatsAsync(id, stats => stats.GetProperty("successful").GetInt32() == 1);

        (await relay.CallAsync(HttpMethod.Delete, $"/v1/webhooks/{id}")).Status.ShouldBe(System.Net.HttpStatusCode.NoContent);

        await using var connection = await relay.Database.OpenConnectionAsync();
        foreach (var table in new[] { "attempts", "deliveries", "delivery_counts" })
        {
            await Eventually.GetAsync(() => connection.ExecuteScalarAsync<long>($"SELECT count(*) FROM {table} WHERE endpoint_id = @id", new { id }), count => count == 0);
        }

        await connection.ExecuteAsync("UPDATE removed_endpoints SET removed_at = now() - interval '2 minutes'");
        await Eventually.GetAsync(() => connection.ExecuteScalarAsync<long>("SELECT count(*) FROM removed_endpoints"), count => count == 0);
    }

    [Fact]
    public async Task Answers_of_subscribers_are_erased_at_the_age_of_content()
    {
        await using var broker = await TestServers.StartBrokerAsync();
        await using var relay = await RelaySystem.StartAsync(broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, settings: [("Relay__Retention__Content", "1.00:00:00"), ("Relay__Retention__Batch", "2")]);
        var url = relay.Subscriber.Add(async (context, count) =>
        {
            context.Response.StatusCode = count == 1 ? 500 : 200;
            await context.Response.Body.WriteAsync("an echo"u8.ToArray());
        });
        var id = await relay.SubscribeAsync(url);
        await relay.Bus.PublishAsync([.. Enumerable.Range(0, 4).Select(_ => Event("message.read", DateTimeOffset.UtcNow))]);
        await relay.StatsAsync(id, stats => stats.GetProperty("successful").GetInt32() == 4);
        await using var connection = await relay.Database.OpenConnectionAsync();
        const string answers = "SELECT (SELECT count(*) FROM attempts WHERE response IS NOT NULL) + (SELECT count(*) FROM deliveries WHERE first_response IS NOT NULL)";
        (await connection.ExecuteScalarAsync<long>(answers)).ShouldBe(5);

        await connection.ExecuteAsync("UPDATE attempts SET at = now() - interval '2 days'; UPDATE deliveries SET first_at = now() - interval '2 days' WHERE first_at IS NOT NULL");

        await Eventually.GetAsync(() => connection.ExecuteScalarAsync<long>(answers), count => count == 0);
        (await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM deliveries")).ShouldBe(4);
    }

    private static MessageStatusReported Event(string name, DateTimeOffset receivedAt)
        => new(Guid.NewGuid(), name, "whatsapp", "num_1", receivedAt, receivedAt, """{"event":"message.read"}"""u8.ToArray());
}
