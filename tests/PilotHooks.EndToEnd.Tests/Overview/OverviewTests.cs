using System.Text.Json;
using PilotHooks.EndToEnd.Tests.Events;
using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests.Overview;

[Collection(SubscribedCollection.Name)]
public sealed class OverviewTests(SubscribedSystem fixture)
{
    private static readonly TimeSpan Shown = TimeSpan.FromSeconds(30);

    /// <summary>Nothing was refused or taken in later.</summary>
    private static readonly string[] Unused = ["ingress-intake", "relay-refused-requests"];

    private readonly RunningSystem _system = fixture.System;

    [Fact]
    public async Task Overview_shows_what_every_service_did_with_an_event_soon_after_it()
    {
        var before = await ReadAsync();
        var every = new EveryEvent();
        await Task.WhenAll([.. every.Whatsapp.Select(body => _system.PostAsync(body)), .. every.Platform.Select(body => _system.PostAsync(body, "platform"))]);
        await _system.PostAsync(every.Whatsapp.First());

        // All that has to happen before has happened by then.
        await every.ShouldBeToldAsync(_system.ReadAsync);
        // Each service reports by a clock of its own, so all of them are waited for. At least: where Redis does not answer in
        // time, an event that comes twice is accepted twice, and merged to no effect.
        (string Kind, long Count)[] posted =
        [
            ("MessageStatusReported", 4), ("MessageReceived", 4), ("FormSubmitted", 1), ("NumberChanged", 4),
            ("CallChanged", 4), ("CallPermissionUpdated", 1), ("CallSignalled", 1), ("UnknownEventReceived", 1),
        ];
        (string Service, long Count)[] merged = [("messaging", 9), ("numbers", 4), ("calls", 6), ("relay", 20)];
        string[] numbers = ["known", "down", "ill"];
        var overview = await Eventually.GetAsync(
            ReadAsync,
            read => Array.TrueForAll(posted, kind => Grown(read, "events", kind.Kind) >= kind.Count)
                && Array.TrueForAll(merged, service => Grown(read, "merges", service.Service) >= service.Count)
                && Posted(read) - Posted(before) >= 21
                && Array.TrueForAll(numbers, of => Known(read, of) - Known(before, of) == 1)
                && read.GetProperty("queues").EnumerateArray().All(IsServed)
                && Services(read).SequenceEqual([("calls", 1), ("console", 1), ("ingress", 1), ("messaging", 1), ("numbers", 1), ("relay", 1)]),
            Shown);

        overview.GetProperty("acknowledgement").GetProperty("count").GetInt64().ShouldBeGreaterThanOrEqualTo(21);
        overview.GetProperty("acknowledgement").GetProperty("p99").GetDouble().ShouldBeGreaterThan(0);
        overview.GetProperty("endpoints").GetProperty("failing").GetInt64().ShouldBe(0);
        DeadLetters(overview).ShouldBe(DeadLetters(before));

        async Task<JsonElement> ReadAsync() => (await _system.ReadAsync("v1/overview"))!.Value;

        long Grown(JsonElement read, string flows, string name) => Total(read, flows, name) - Total(before, flows, name);
    }

    private static long Known(JsonElement overview, string numbers) => overview.GetProperty("numbers").GetProperty(numbers).GetInt64();

    /// <summary>Somebody takes from it, nothing is left in it, and what went through it was seen.</summary>
    private static bool IsServed(JsonElement queue)
        => queue.GetProperty("consumers").GetInt32() == 1
            && queue.GetProperty("depth").GetProperty("now").GetDouble() == 0
            && (Unused.Contains(queue.GetProperty("queue").GetString()) || queue.GetProperty("ageSeconds").GetProperty("points").EnumerateArray().Any(age => age.ValueKind == JsonValueKind.Number && age.GetDouble() > 0));

    private static IEnumerable<(string, int)> Services(JsonElement overview)
        => overview.GetProperty("services").EnumerateArray().Select(service => (service.GetProperty("service").GetString()!, service.GetProperty("replicas").GetInt32()));

    private static long DeadLetters(JsonElement overview) => overview.GetProperty("deadLetters").GetProperty("open").GetInt64();

    private static long Posted(JsonElement overview)
        => overview.GetProperty("events").EnumerateObject().Sum(kind => Total(kind.Value)) + Total(overview.GetProperty("duplicates"));

    private static long Total(JsonElement overview, string flows, string name) => overview.GetProperty(flows).TryGetProperty(name, out var flow) ? Total(flow) : 0;

    private static long Total(JsonElement flow) => flow.GetProperty("total").GetInt64();
}
