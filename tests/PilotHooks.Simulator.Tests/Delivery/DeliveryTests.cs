using System.Collections.Concurrent;
using System.Net.Http.Json;
using PilotHooks.Simulator.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Simulator.Tests.Delivery;

public sealed class DeliveryTests
{
    private const int Sends = 100;

    [Fact]
    public async Task Each_event_is_repeated_until_the_ingress_takes_it()
    {
        await using var ingress = await RecordingIngress.StartAsync();
        var attempts = new ConcurrentDictionary<string, int>();
        ingress.Refuse = received => attempts.AddOrUpdate(received.Text, 1, (_, count) => count + 1) <= 2 ? 503 : null;
        await using var simulator = await SimulatorProcess.StartAsync(ingress.Address);

        var id = await simulator.BurstAsync(50, 1000);
        var burst = await Eventually.GetAsync(() => simulator.GetAsync($"/simulate/burst/{id}"), progress => (string)progress["status"]! == "done");

        ((int)burst["accepted"]!).ShouldBe(50);
        ((int)burst["failed"]!).ShouldBe(0);
        attempts.Values.ShouldAllBe(count => count == 3);
        ingress.All.Count.ShouldBe(50);
        ((long)(await simulator.GetAsync("/"))["failures"]!).ShouldBe(100);
    }

    [Fact]
    public async Task Every_event_comes_twice_where_duplicates_are_certain()
    {
        await using var ingress = await RecordingIngress.StartAsync();
        await using var simulator = await SimulatorProcess.StartAsync(ingress.Address, duplicates: 1);

        await SendAsync(simulator, Sends);
        var received = await Eventually.GetAsync(() => Task.FromResult(ingress.All), all => Statuses(all, "message.delivered").Count >= 2 * Sends);

        received.Where(one => one.Name is "message.sent" or "message.delivered").GroupBy(one => one.Text).ShouldAllBe(copies => copies.Count() == 2);
        var status = await Eventually.GetAsync(() => simulator.GetAsync("/"), status => (int)status["waiting"]! == 0);
        ((long)status["duplicates"]!).ShouldBeGreaterThanOrEqualTo(2 * Sends);
    }

    [Fact]
    public async Task Delivered_overtakes_sent_where_events_are_shuffled_and_never_otherwise()
    {
        (await OvertakenAsync(shuffle: 0)).ShouldBe(0);
        (await OvertakenAsync(shuffle: 0.5)).ShouldBeGreaterThan(Sends / 20);
    }

    private static async Task<int> OvertakenAsync(double shuffle)
    {
        await using var ingress = await RecordingIngress.StartAsync();
        await using var simulator = await SimulatorProcess.StartAsync(ingress.Address, shuffle: shuffle);
        await SendAsync(simulator, Sends);
        var received = await Eventually.GetAsync(
            () => Task.FromResult(ingress.All), all => Statuses(all, "message.sent").Count == Sends && Statuses(all, "message.delivered").Count == Sends);

        var order = received.Where(one => one.Name is "message.sent" or "message.delivered").Select((one, place) => (one.Name, Id: (string)one.Json["data"]!["id"]!, place)).ToLookup(one => one.Id);
        return order.Count(events => events.First(one => one.Name == "message.delivered").place < events.First(one => one.Name == "message.sent").place);
    }

    private static List<Received> Statuses(IReadOnlyList<Received> all, string name) => [.. all.Where(one => one.Name == name)];

    private static async Task SendAsync(ServiceProcess simulator, int count)
    {
        for (var sent = 0; sent < count; sent++)
        {
            using var answer = await simulator.Client.PostAsJsonAsync("/v1/messages/send", new { text = "Good morning", destinationNumber = "+5511955500011" });
            answer.EnsureSuccessStatusCode();
        }
    }
}
