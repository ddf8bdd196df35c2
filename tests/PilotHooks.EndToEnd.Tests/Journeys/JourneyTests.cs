using System.Globalization;
using System.Text.Json;
using Npgsql;
using PilotHooks.EndToEnd.Tests.Events;
using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests.Journeys;

[Collection(SubscribedCollection.Name)]
public sealed class JourneyTests(SubscribedSystem fixture)
{
    private readonly RunningSystem _system = fixture.System;
    private readonly string _ownEvents = $"v1/events?since={DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)}";

    [Fact]
    public async Task Way_of_every_kind_of_event_leads_over_its_service_to_the_subscriber_in_one_trace_and_a_replay_adds_nothing()
    {
        var every = new EveryEvent();
        await Task.WhenAll([.. every.Whatsapp.Select(body => _system.PostAsync(body)), .. every.Platform.Select(body => _system.PostAsync(body, "platform"))]);
        var events = await Eventually.GetAsync(() => _system.ReadAllAsync(_ownEvents), found => found.Count == 20);

        var ways = new Dictionary<string, List<string>>();
        foreach (var item in events)
        {
            var (id, kind) = (Text(item, "eventId"), Text(item, "kind"));
            var service = kind.StartsWith("Message", StringComparison.Ordinal) || kind.StartsWith("Form", StringComparison.Ordinal) ? "messaging"
                : kind.StartsWith("Number", StringComparison.Ordinal) ? "numbers"
                : kind.StartsWith("Call", StringComparison.Ordinal) ? "calls" : null;
            ways[id] = [.. new[] { "ingress received accepted", "relay archived archived", "relay queued queued", "relay attempt SUCCESS", service is null ? null : $"{service} merged merged" }.OfType<string>().Order(StringComparer.Ordinal)];
            await WayAsync(id, way => way.SequenceEqual(ways[id]));
            fixture.Subscriber.TraceOf(id).ShouldBe(Text(item, "traceId"));
        }

        foreach (var id in ways.Keys)
        {
            await fixture.SendAsync($"v1/events/{id}/replay");
        }

        // What comes after the replays in every queue has arrived, so they have too.
        var after = new EveryEvent();
        await Task.WhenAll([.. after.Whatsapp.Select(body => _system.PostAsync(body)), .. after.Platform.Select(body => _system.PostAsync(body, "platform"))]);
        await after.ShouldBeToldAsync(_system.ReadAsync);
        foreach (var (id, way) in ways)
        {
            (await WayAsync(id)).ShouldBe(way);
        }
    }

    [Fact]
    public async Task Step_of_a_service_comes_when_it_has_merged_and_is_unavailable_while_the_service_is_away()
    {
        await using var database = NpgsqlDataSource.Create(await _system.Resources.ConnectionStringAsync("messaging-db"));
        string id;
        await using (var connection = await database.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var held = new NpgsqlCommand("LOCK TABLE messages IN EXCLUSIVE MODE", connection, transaction);
            await held.ExecuteNonQueryAsync();
            await _system.PostAsync(new EveryEvent().Whatsapp.First());
            id = Text((await Eventually.GetAsync(() => _system.ReadAllAsync(_ownEvents), found => found.Count == 1))[0], "eventId");

            (await WayAsync(id, way => way.Contains("relay attempt SUCCESS"))).ShouldNotContain(step => step.StartsWith("messaging", StringComparison.Ordinal));
        }

        await WayAsync(id, way => way.Contains("messaging merged merged"));

        await _system.Resources.StopAsync("messaging");
        var away = await WayAsync(id, way => way.Contains("messaging merged unavailable"));
        away.ShouldContain("relay attempt SUCCESS");
        away.ShouldNotContain("messaging merged merged");

        await _system.Resources.StartAsync("messaging");
        await WayAsync(id, way => way.Contains("messaging merged merged"));
    }

    private async Task<List<string>> WayAsync(string id)
        => [.. (await _system.ReadAsync($"v1/events/{id}"))!.Value.GetProperty("steps").EnumerateArray()
            .Select(step => $"{Text(step, "service")} {Text(step, "step")} {Text(step, "outcome")}").Order(StringComparer.Ordinal)];

    private Task<List<string>> WayAsync(string id, Func<List<string>, bool> until) => Eventually.GetAsync(() => WayAsync(id), until);

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;
}
