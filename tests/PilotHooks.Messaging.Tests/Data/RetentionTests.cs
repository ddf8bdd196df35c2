using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using PilotHooks.Contracts;
using PilotHooks.TestSupport;

namespace PilotHooks.Messaging.Tests.Data;

public sealed class RetentionTests(OwnBroker broker) : IClassFixture<OwnBroker>, IAsyncLifetime
{
    private readonly string _id = Events.Unique("id");
    private string _connectionString = "";
    private NpgsqlDataSource _database = null!;
    private ServiceProcess? _service;

    private static object Media => new { mediaLink = "https://example.com/a.jpg", mediaType = "image", mediaCaption = "Look", mediaFilename = "a.jpg", contentReplied = "Do you?", quotedMessageId = "wa_asked" };

    public async Task InitializeAsync()
    {
        _connectionString = new NpgsqlConnectionStringBuilder((await TestServers.PostgresAsync()).ConnectionString) { Database = $"messaging_{Guid.NewGuid():N}" }.ConnectionString;
        _database = NpgsqlDataSource.Create(_connectionString);
    }

    public async Task DisposeAsync()
    {
        if (_service is not null)
        {
            // In good order: what it has merged is acknowledged, and does not come to the next test's service.
            await _service.StopAsync();
            await _service.DisposeAsync();
        }

        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Content_is_erased_by_age_while_ids_people_and_times_stay()
    {
        await StartAsync(("Messaging__Retention__Interval", "00:00:00.100"), ("Messaging__Retention__Batch", "2"));
        var reply = Reply(_id);
        await broker.Bus.PublishAsync([reply, Form(), .. Enumerable.Range(0, 6).Select(i => Reply($"{_id}_{i}"))]);
        await ReadAsync($"v1/messages/{_id}_5", message => message.Text("content") == "Hi");
        await ReadAsync($"v1/messages/{_id}", message => message.Text("content") == "Hi" && message["media"] is not null);
        await ReadAsync("v1/forms", page => page.Items().Single()["fields"] is not null);

        await ExecuteAsync("UPDATE messages SET stored_at = now() - interval '31 days' WHERE id <> $1", $"{_id}_5");
        await ExecuteAsync("UPDATE forms SET stored_at = now() - interval '31 days' WHERE id <> $1", "");

        var erased = await ReadAsync($"v1/messages/{_id}", message => message["content"] is null);
        erased["media"].ShouldBeNull();
        erased["inReplyTo"]!["content"].ShouldBeNull();
        (erased.Text("messageId"), erased.Text("from"), erased.Text("participantName"), erased.Text("status")).ShouldBe(($"wa_{_id}", Events.Contact, "WhatsApp name", "received"));
        erased.Text("createdAt").ShouldBe("2026-02-24T15:00:05.000Z");
        (await ReadAsync("v1/forms", page => page.Items().Single()["fields"] is null)).Items().Single().Text("eventId").ShouldNotBeNullOrEmpty();
        for (var i = 0; i < 5; i++)
        {
            await ReadAsync($"v1/messages/{_id}_{i}", message => message["content"] is null);
        }

        (await ReadAsync($"v1/messages/{_id}_5", _ => true)).Text("content").ShouldBe("Hi");

        // It comes again, as by a replay: nothing but the content comes back, and that not for long.
        await ExecuteAsync("DELETE FROM processed_events WHERE event <> $1", "");
        await broker.Bus.PublishAsync(reply);
        await Eventually.GetAsync(() => CountAsync("SELECT count(*) FROM processed_events"), count => count == 1);
        await ReadAsync($"v1/messages/{_id}", message => message["content"] is null && message.Text("createdAt") == "2026-02-24T15:00:05.000Z");
        (await CountAsync("SELECT count(*) FROM messages")).ShouldBe(7);
    }

    [Fact]
    public async Task Content_is_never_stored_when_its_retention_is_off()
    {
        await StartAsync(("Messaging__Retention__Content", "00:00:00"), ("Messaging__Retention__Interval", "1.00:00:00"));
        await broker.Bus.PublishAsync(Reply(_id), Form());

        var message = await ReadAsync($"v1/messages/{_id}", _ => true);

        message["content"].ShouldBeNull();
        message["media"].ShouldBeNull();
        message["inReplyTo"]!["content"].ShouldBeNull();
        message["inReplyTo"]!.Text("messageId").ShouldBe("wa_asked");
        (await ReadAsync("v1/forms", page => page.Items().Any())).Items().Single()["fields"].ShouldBeNull();
    }

    [Fact]
    public async Task Messages_conversations_edits_and_forms_are_removed_by_age()
    {
        await StartAsync(("Messaging__Retention__Interval", "00:00:00.100"), ("Messaging__Retention__Batch", "2"));
        await broker.Bus.PublishAsync([Form(), .. Enumerable.Range(0, 4).Select(i => Reply($"{_id}_{i}"))]);
        await Eventually.GetAsync(() => CountAsync("SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM forms)"), count => count == 5);
        await ExecuteAsync("INSERT INTO message_revisions (number_id, message_id, edited_at, stored_at) VALUES ('', $1, now(), now() - interval '364 days')", "young");
        await ExecuteAsync("INSERT INTO message_revisions (number_id, message_id, edited_at, stored_at) VALUES ('', $1, now(), now() - interval '366 days')", "old");

        await ExecuteAsync("UPDATE messages SET stored_at = now() - interval '366 days' WHERE id <> $1", $"{_id}_3");
        await ExecuteAsync("UPDATE conversations SET last_message_at = now() - interval '366 days' WHERE contact <> $1", "");
        await Eventually.GetAsync(() => CountAsync("SELECT count(*) FROM messages"), count => count == 1);
        await Eventually.GetAsync(() => CountAsync("SELECT count(*) FROM message_revisions"), count => count == 1);
        (await CountAsync("SELECT count(*) FROM conversations")).ShouldBe(1);
        (await CountAsync("SELECT count(*) FROM forms")).ShouldBe(1);

        await ExecuteAsync("UPDATE messages SET stored_at = now() - interval '366 days' WHERE id <> $1", "");
        await ExecuteAsync("UPDATE forms SET stored_at = now() - interval '366 days' WHERE id <> $1", "");
        await Eventually.GetAsync(() => CountAsync("SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM forms) + (SELECT count(*) FROM conversations)"), count => count == 0);
    }

    [Fact]
    public async Task What_others_quote_of_an_erased_message_does_not_stay_when_it_comes_again()
    {
        await StartAsync(("Messaging__Retention__Interval", "00:00:00.100"));
        await broker.Bus.PublishAsync(Reply(_id));
        await ReadAsync($"v1/messages/{_id}", message => message["inReplyTo"]?["content"] is not null);

        await ExecuteAsync("""
            INSERT INTO messages (key, number_id, direction, kind, id, message_id, is_reply, created_at, updated_at, erased_at)
            VALUES (gen_random_uuid(), 'num_1', 'inbound', 'group', $1, 'wa_asked', false, now(), now(), now())
            """, $"{_id}_asked");

        await ReadAsync($"v1/messages/{_id}", message => message["inReplyTo"]!["content"] is null && message.Text("content") == "Hi");
    }

    [Fact]
    public async Task Service_does_not_start_with_an_age_that_is_none()
    {
        var environment = MessagingSystem.Environment(broker.ConnectionString, _connectionString, new Uri("http://127.0.0.1:1"));
        environment["Messaging__Retention__Messages"] = "00:00:00";
        _service = await ServiceProcess.StartAsync("PilotHooks.Messaging", environment, waitUntilHealthy: false);

        await Eventually.GetAsync(() => Task.FromResult(_service.HasExited), exited => exited);

        _service.Output.ShouldContain("Messaging:Retention takes positive ages");
    }

    [Fact]
    public async Task Notes_of_processed_events_and_of_idempotency_keys_are_removed_by_age()
    {
        await StartAsync(("Messaging__Retention__Interval", "00:00:00.100"), ("Messaging__Retention__Batch", "2"));
        await ExecuteAsync("INSERT INTO processed_events (event_id, event, merged_at) SELECT gen_random_uuid(), $1, now() - age * interval '1 day' FROM generate_series(27, 36) AS age", "message.sent");
        await ExecuteAsync("INSERT INTO idempotency_keys (scope, key, request_hash, started_at) SELECT $1, age::text, '', now() - age * interval '1 day' FROM generate_series(4, 10) AS age", "");

        await Eventually.GetAsync(() => CountAsync("SELECT count(*) FROM processed_events"), count => count == 4);
        await Eventually.GetAsync(() => CountAsync("SELECT count(*) FROM idempotency_keys"), count => count == 3);
    }

    [Fact]
    public async Task Events_step_is_told_to_the_console_alone()
    {
        await StartAsync();
        var (reply, form) = (Reply(_id), Form());
        await broker.Bus.PublishAsync(reply, form);
        await ReadAsync($"v1/messages/{_id}", _ => true);
        await ReadAsync("v1/forms", page => page.Items().Any());

        foreach (var merged in new IWebhookEvent[] { reply, form })
        {
            var steps = await _service!.Client.GetFromJsonAsync<JsonArray>($"/internal/events/{merged.EventId}/steps");
            (DateTimeOffset.UtcNow - (DateTimeOffset)steps!.Single()!["at"]!).ShouldBeInRange(TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(2));
        }

        (await _service!.Client.GetFromJsonAsync<JsonArray>($"/internal/events/{Guid.NewGuid()}/steps"))!.ShouldBeEmpty();
        using var stranger = new HttpClient { BaseAddress = _service.Address };
        ((int)(await stranger.GetAsync($"/internal/events/{reply.EventId}/steps")).StatusCode).ShouldBe(401);
    }

    private async Task StartAsync(params (string Name, string Value)[] settings)
    {
        var environment = MessagingSystem.Environment(broker.ConnectionString, _connectionString, new Uri("http://127.0.0.1:1"));
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        _service = await ServiceProcess.StartAsync("PilotHooks.Messaging", environment);
        _service.Client.DefaultRequestHeaders.SetCaller(MessagingSystem.GatewayToken);
    }

    private static MessageReceived Reply(string id)
        => new(Guid.NewGuid(), "message.reply", "whatsapp", "num_1", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, Encoding.UTF8.GetBytes(Events.Inbound("reply", "num_1", id, $"wa_{id}", "2026-02-24T15:00:05.000Z", Media)));

    private static FormSubmitted Form()
        => new(Guid.NewGuid(), "form.submitted", "platform", "num_1", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, Encoding.UTF8.GetBytes(Events.Envelope("form.submitted", new { n = 1 })));

    private Task<JsonObject> ReadAsync(string path, Func<JsonObject, bool> until)
        => Eventually.GetAsync(async () => await _service!.Client.GetFromJsonAsync<JsonObject>(new Uri(path, UriKind.Relative)) ?? [], until);

    private async Task ExecuteAsync(string sql, string argument)
    {
        await using var command = _database.CreateCommand(sql);
        command.Parameters.AddWithValue(argument);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
