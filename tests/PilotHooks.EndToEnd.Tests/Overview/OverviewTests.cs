using System.Text.Json;
using PilotHooks.EndToEnd.Tests.Events;
using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests.Overview;

public sealed class OverviewTests
{
    /// <summary>Quicker than by default, where a point is shown at most 13 seconds after it began: this machine does more than that.</summary>
    private static readonly Dictionary<string, string?> Quick = new() { ["Figures__Interval"] = "00:00:01", ["Overview__Resolution"] = "00:00:02" };
    private static readonly TimeSpan Shown = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Overview_shows_what_every_service_did_with_an_event_soon_after_it()
    {
        await using var backbone = await Backbone.StartAsync(environment: Quick);
        var every = new EveryEvent();
        await Task.WhenAll([.. every.Whatsapp.Select(body => backbone.PostAsync(body)), .. every.Platform.Select(body => backbone.PostAsync(body, "platform"))]);
        await backbone.PostAsync(every.Whatsapp.First());

        // All that has to happen before has happened by then.
        await every.ShouldBeToldAsync(backbone.ReadAsync);
        // Each service reports by a clock of its own, so all of them are waited for.
        var overview = await Eventually.GetAsync(
            ReadAsync, read => Posted(read) >= 21 && Merged(read, "relay") == 20 && Merged(read, "messaging") >= 9 && Merged(read, "numbers") >= 4 && Merged(read, "calls") >= 6, Shown);

        overview.GetProperty("acknowledgement").GetProperty("count").GetInt64().ShouldBeGreaterThanOrEqualTo(21);
        overview.GetProperty("acknowledgement").GetProperty("p99").GetDouble().ShouldBeGreaterThan(0);
        // At least: where Redis does not answer in time, an event that comes twice is accepted twice, and merged to no effect.
        AtLeast(overview.GetProperty("events"), ("MessageStatusReported", 4), ("MessageReceived", 4), ("FormSubmitted", 1), ("NumberChanged", 4), ("CallChanged", 4), ("CallPermissionUpdated", 1), ("CallSignalled", 1), ("UnknownEventReceived", 1));
        AtLeast(overview.GetProperty("merges"), ("messaging", 9), ("numbers", 4), ("calls", 6), ("relay", 20));
        overview.GetProperty("queues").EnumerateArray().ShouldAllBe(queue =>
            queue.GetProperty("consumers").GetInt32() == 1 && queue.GetProperty("depth").GetProperty("now").GetDouble() == 0);
        overview.GetProperty("queues").EnumerateArray().ShouldAllBe(queue =>
            queue.GetProperty("ageSeconds").GetProperty("points").EnumerateArray().Any(age => age.ValueKind == JsonValueKind.Number && age.GetDouble() > 0));
        (overview.GetProperty("numbers").GetProperty("known").GetInt64(), overview.GetProperty("numbers").GetProperty("down").GetInt64(), overview.GetProperty("numbers").GetProperty("ill").GetInt64()).ShouldBe((1, 1, 1));
        overview.GetProperty("endpoints").GetProperty("failing").GetInt64().ShouldBe(0);
        overview.GetProperty("deadLetters").GetProperty("open").GetInt64().ShouldBe(0);
        overview.GetProperty("services").EnumerateArray().Select(service => (service.GetProperty("service").GetString(), service.GetProperty("replicas").GetInt32()))
            .ShouldBe([("calls", 1), ("console", 1), ("ingress", 1), ("messaging", 1), ("numbers", 1), ("relay", 1)]);

        async Task<JsonElement> ReadAsync() => (await backbone.ReadAsync("v1/overview"))!.Value;
    }

    private static long Posted(JsonElement overview) => overview.GetProperty("events").EnumerateObject().Sum(kind => Total(kind.Value)) + Total(overview.GetProperty("duplicates"));

    private static long Merged(JsonElement overview, string service) => overview.GetProperty("merges").TryGetProperty(service, out var flow) ? Total(flow) : 0;

    private static void AtLeast(JsonElement flows, params (string Name, long Count)[] expected)
    {
        flows.EnumerateObject().Select(flow => flow.Name).ShouldBe(expected.Select(flow => flow.Name), ignoreOrder: true);
        foreach (var (name, count) in expected)
        {
            Total(flows.GetProperty(name)).ShouldBeGreaterThanOrEqualTo(count, name);
        }
    }

    private static long Total(JsonElement flow) => flow.GetProperty("total").GetInt64();
}
