using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using PilotHooks.Console.Tests.Support;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.TestSupport;
using RabbitMQ.Client;

namespace PilotHooks.Console.Tests.DeadLetters;

/// <summary>The console has declared the error queues before any service faults.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class DeadLetterTests(ConsoleFixture fixture) : IAsyncLifetime
{
    private readonly string _numberId = $"cmm{Guid.NewGuid():N}";
    private FaultingService _service = null!;

    public async Task InitializeAsync() => _service = await FaultingService.StartAsync((await TestServers.BrokerAsync()).ConnectionString);

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Event_that_a_consumer_refuses_is_listed_with_its_reason_and_payload()
    {
        var good = await _service.PublishAsync(poisonous: false, _numberId);
        var poison = await _service.PublishAsync(poisonous: true, _numberId);

        var item = (await OpenAsync(1)).Single();

        ((string)item["queue"]!).ShouldBe(Queues.MessagingStatuses);
        ((string)item["service"]!).ShouldBe("messaging");
        ((string)item["eventId"]!).ShouldBe(poison.EventId.ToString());
        ((string)item["event"]!).ShouldBe("message.sent");
        ((string)item["source"]!).ShouldBe("whatsapp");
        ((string)item["numberId"]!).ShouldBe(_numberId);
        ((string)item["reason"]!).ShouldBe($"Refused {poison.EventId}.");
        ((string)item["exceptionType"]!).ShouldBe("System.InvalidOperationException");
        DateTimeOffset.Parse((string)item["failedAt"]!).ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(2));
        item["replayedAt"].ShouldBeNull();
        item.AsObject().ContainsKey("payload").ShouldBeFalse();
        (await fixture.First.Client.GetStringAsync($"/v1/dead-letters/{item["id"]}")).ShouldContain("""
            "payload":{"event":"message.sent","data":{"odd":"\u0041\/"}}
            """);
        _service.Merged.Select(merged => merged.EventId).ShouldContain(good.EventId);
    }

    [Fact]
    public async Task Replayed_event_goes_back_to_its_queue_as_it_was()
    {
        var poison = await _service.PublishAsync(poisonous: true, _numberId);
        var id = (string)(await OpenAsync(1)).Single()["id"]!;
        _service.Cure(poison.EventId);

        using var answer = await fixture.First.Client.PostAsync($"/v1/dead-letters/{id}/replay", null);

        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await Eventually.GetAsync(() => Task.FromResult(_service.Merged), merged => merged.Any(item => item.EventId == poison.EventId)))
            .Single(item => item.EventId == poison.EventId)
            .ShouldSatisfyAllConditions(
                item => item.NumberId.ShouldBe(poison.NumberId),
                item => item.OccurredAt.ShouldBe(poison.OccurredAt),
                item => item.ReceivedAt.ShouldBe(poison.ReceivedAt),
                item => item.Payload.ToArray().ShouldBe(poison.Payload.ToArray()));
        (await OpenAsync(0)).ShouldBeEmpty();
        ((string?)(await (await fixture.First.Client.GetAsync($"/v1/dead-letters/{id}")).ReadJsonAsync())["replayedAt"]).ShouldNotBeNull();

        // Pressed twice it goes once.
        (await fixture.Second.Client.PostAsync($"/v1/dead-letters/{id}/replay", null)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await _service.PublishAsync(poisonous: false, _numberId);
        await Eventually.GetAsync(() => Task.FromResult(_service.Merged), merged => merged.Count(item => item.NumberId == _numberId) >= 2);
        _service.Merged.Count(item => item.EventId == poison.EventId).ShouldBe(1);
    }

    [Fact]
    public async Task Event_that_fails_again_comes_back_as_a_dead_letter()
    {
        var poison = await _service.PublishAsync(poisonous: true, _numberId);
        var first = (await OpenAsync(1)).Single();

        (await fixture.First.Client.PostAsync($"/v1/dead-letters/{first["id"]}/replay", null)).EnsureSuccessStatusCode();

        var second = (await OpenAsync(1, items => (string)items[0]["id"]! != (string)first["id"]!)).Single();
        ((string)second["eventId"]!).ShouldBe(poison.EventId.ToString());
        DateTimeOffset.Parse((string)second["failedAt"]!).ShouldBeGreaterThan(DateTimeOffset.Parse((string)first["failedAt"]!));
    }

    [Fact]
    public async Task All_are_replayed_once_though_two_replicas_are_asked_at_once()
    {
        const int Count = 150;
        var poison = new List<MessageStatusReported>();
        for (var index = 0; index < Count; index++)
        {
            poison.Add(await _service.PublishAsync(poisonous: true, _numberId));
        }

        await OpenAsync(Count);
        poison.ForEach(item => _service.Cure(item.EventId));

        var answers = await Task.WhenAll(
            fixture.First.Client.PostAsync($"/v1/dead-letters/replay?numberId={_numberId}", null),
            fixture.Second.Client.PostAsync($"/v1/dead-letters/replay?numberId={_numberId}", null));

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Accepted);
        ((int)(await answers[0].ReadJsonAsync())["queued"]!).ShouldBeInRange(0, Count);
        await OpenAsync(0);
        var merged = await Eventually.GetAsync(() => Task.FromResult(_service.Merged), merged => merged.Select(item => item.EventId).Intersect(poison.Select(item => item.EventId)).Count() == Count);
        merged.Count(item => item.NumberId == _numberId).ShouldBe(Count);
    }

    [Fact]
    public async Task Replay_of_many_says_how_far_it_is_and_what_no_queue_took()
    {
        const int Count = 40;
        var (_, key) = await fixture.First.CreateKeyAsync(_numberId);
        using var client = fixture.First.ClientWith(key);
        (await ProgressAsync()).ToJsonString().ShouldBe("""{"requestedAt":null,"requested":0,"replayed":0,"refused":0,"waiting":0}""");
        var poison = new List<MessageStatusReported>();
        for (var index = 0; index < Count; index++)
        {
            poison.Add(await _service.PublishAsync(poisonous: true, _numberId));
        }

        await OpenAsync(Count);
        await using (var database = await fixture.OpenDatabaseAsync())
        {
            await using var command = database.CreateCommand("UPDATE dead_letters SET queue = 'gone' WHERE event_id = $1");
            command.Parameters.Add(new NpgsqlParameter { Value = poison[0].EventId });
            await command.ExecuteNonQueryAsync();
        }

        poison.ForEach(item => _service.Cure(item.EventId));

        (await client.PostAsync("/v1/dead-letters/replay", null)).EnsureSuccessStatusCode();

        var first = await ProgressAsync();
        ((int)first["requested"]!).ShouldBe(Count);
        ((int)first["replayed"]! + (int)first["refused"]! + (int)first["waiting"]!).ShouldBe(Count);
        var last = await Eventually.GetAsync(ProgressAsync, progress => (int)progress["waiting"]! == 0);
        ((int)last["replayed"]!).ShouldBe(Count - 1);
        ((int)last["refused"]!).ShouldBe(1);
        ((string)last["requestedAt"]!).ShouldBe((string)first["requestedAt"]!);
        await OpenAsync(1);

        // What was refused can be asked for again, and is then a replay of its own.
        (await client.PostAsync("/v1/dead-letters/replay", null)).EnsureSuccessStatusCode();
        var again = await Eventually.GetAsync(ProgressAsync, progress => (int)progress["waiting"]! == 0);
        ((int)again["requested"]!).ShouldBe(1);
        ((int)again["refused"]!).ShouldBe(1);

        async Task<JsonObject> ProgressAsync() => (await client.GetFromJsonAsync<JsonObject>("/v1/dead-letters/replay"))!;
    }

    [Fact]
    public async Task Lists_are_filtered_and_paged_newest_first()
    {
        var sent = await _service.PublishAsync(poisonous: true, _numberId);
        await OpenAsync(1);
        await _service.PublishAsync(poisonous: true, _numberId, "message.read");
        await OpenAsync(2);

        var first = await PageAsync($"numberId={_numberId}&limit=1");
        ((string)first["items"]![0]!["event"]!).ShouldBe("message.read");
        var second = await PageAsync($"numberId={_numberId}&limit=1&cursor={first["next"]}");
        ((string)second["items"]![0]!["eventId"]!).ShouldBe(sent.EventId.ToString());
        second["next"].ShouldBeNull();

        (await PageAsync($"numberId={_numberId}&event=message.sent"))["items"]!.AsArray().Count.ShouldBe(1);
        (await PageAsync($"numberId={_numberId}&queue={Queues.MessagingStatuses}"))["items"]!.AsArray().Count.ShouldBe(2);
        (await PageAsync($"numberId={_numberId}&queue={Queues.CallsChanges}"))["items"]!.AsArray().ShouldBeEmpty();
        await (await fixture.First.Client.GetAsync("/v1/dead-letters?limit=201")).ShouldBeProblemAsync(400);
        await (await fixture.First.Client.GetAsync("/v1/dead-letters?cursor=x")).ShouldBeProblemAsync(400);
    }

    [Fact]
    public async Task Key_of_a_number_sees_and_replays_only_its_own()
    {
        var mine = await _service.PublishAsync(poisonous: true, _numberId);
        var other = await _service.PublishAsync(poisonous: true, $"{_numberId}-other");
        var otherId = (string)(await OpenAsync(1, numberId: $"{_numberId}-other")).Single()["id"]!;
        await OpenAsync(1);
        var (_, key) = await fixture.First.CreateKeyAsync(_numberId);
        using var client = fixture.First.ClientWith(key);

        var items = (await (await client.GetAsync("/v1/dead-letters")).ReadJsonAsync())["items"]!.AsArray();
        items.ShouldAllBe(item => (string)item!["numberId"]! == _numberId);
        await (await client.GetAsync($"/v1/dead-letters?numberId={_numberId}-other")).ShouldBeProblemAsync(403);
        await (await client.GetAsync("/v1/dead-letters?whatsapp_number_id=another")).ShouldBeProblemAsync(403);
        await (await client.GetAsync($"/v1/dead-letters/{otherId}")).ShouldBeProblemAsync(404);
        await (await client.PostAsync($"/v1/dead-letters/{otherId}/replay", null)).ShouldBeProblemAsync(404);

        _service.Cure(mine.EventId);
        _service.Cure(other.EventId);
        using var all = await client.PostAsync("/v1/dead-letters/replay", null);
        ((int)(await all.ReadJsonAsync())["queued"]!).ShouldBe(1);
        await OpenAsync(0);
        (await OpenAsync(1, numberId: $"{_numberId}-other")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Message_of_several_events_becomes_a_dead_letter_for_each_and_each_is_replayed_by_itself()
    {
        const int Count = 60;
        var events = Enumerable.Range(0, Count)
            .Select(index => new MessageReceived(Guid.NewGuid(), "message.received", "whatsapp", _numberId, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, Encoding.UTF8.GetBytes($"{{\"n\":{index}}}")))
            .ToDictionary(item => item.EventId);
        await _service.PublishTogetherAsync(events.Values);
        await using var connection = await new ConnectionFactory { Uri = new Uri((await TestServers.BrokerAsync()).ConnectionString) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));

        // As MassTransit moves a message that fails as a whole.
        var contentTypes = new List<string?>();
        for (BasicGetResult? message; (message = await channel.BasicGetAsync(Queues.MessagingInbound, autoAck: true)) is not null;)
        {
            contentTypes.Add(message.BasicProperties.ContentType);
            await channel.BasicPublishAsync($"{Queues.MessagingInbound}_error", "", mandatory: true, new BasicProperties(message.BasicProperties), message.Body);
        }

        contentTypes.ShouldContain(EventFrames.ContentType);
        var items = await OpenAsync(Count);
        items.Select(item => Guid.Parse((string)item["eventId"]!)).Order().ShouldBe(events.Keys.Order());
        items.ShouldAllBe(item => (string)item["event"]! == "message.received" && (string)item["source"]! == "whatsapp");

        (await fixture.First.Client.PostAsync($"/v1/dead-letters/replay?numberId={_numberId}", null)).EnsureSuccessStatusCode();
        await OpenAsync(0);
        for (var index = 0; index < Count; index++)
        {
            var message = (await channel.BasicGetAsync(Queues.MessagingInbound, autoAck: true)).ShouldNotBeNull();
            var original = events[Guid.Parse(message.BasicProperties.MessageId!)];
            message.BasicProperties.ContentType.ShouldBe(WebhookEventHeaders.ContentType);
            message.Body.ToArray().ShouldBe(original.Payload.ToArray());
            message.BasicProperties.Headers![WebhookEventHeaders.OccurredAt].ShouldBe(original.OccurredAt.UtcTicks);
        }
    }

    [Fact]
    public async Task Unknown_dead_letter_is_not_found()
    {
        await (await fixture.First.Client.GetAsync($"/v1/dead-letters/{Guid.NewGuid()}")).ShouldBeProblemAsync(404);
        await (await fixture.First.Client.GetAsync("/v1/dead-letters/nonsense")).ShouldBeProblemAsync(404);
        await (await fixture.First.Client.PostAsync($"/v1/dead-letters/{Guid.NewGuid()}/replay", null)).ShouldBeProblemAsync(404);
        await (await fixture.First.Client.DeleteAsync($"/v1/dead-letters/{Guid.NewGuid()}")).ShouldBeProblemAsync(405);
    }

    private async Task<JsonObject> PageAsync(string query) => (await fixture.First.Client.GetFromJsonAsync<JsonObject>($"/v1/dead-letters?{query}"))!;

    /// <summary>Waits until so many of the number's are open.</summary>
    private Task<IReadOnlyList<JsonNode>> OpenAsync(int count, Func<IReadOnlyList<JsonNode>, bool>? and = null, string? numberId = null)
        => Eventually.GetAsync<IReadOnlyList<JsonNode>>(
            async () => [.. (await PageAsync($"limit=200&numberId={numberId ?? _numberId}"))["items"]!.AsArray().Select(item => item!)],
            items => items.Count == count && (and is null || and(items)));
}
