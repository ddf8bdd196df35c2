using System.Net;
using System.Text;
using PilotHooks.Simulator.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Simulator.Tests.Bursts;

public sealed class BurstTests
{
    [Fact]
    public async Task Burst_sends_exactly_as_many_different_events_as_asked()
    {
        await using var ingress = await RecordingIngress.StartAsync();
        await using var simulator = await SimulatorProcess.StartAsync(ingress.Address, duplicates: 1, shuffle: 1);

        var first = await simulator.BurstAsync(1003, 5000);
        var second = await simulator.BurstAsync(1, 0.5);
        foreach (var (id, events) in new[] { (first, 1003), (second, 1) })
        {
            var burst = await Eventually.GetAsync(() => simulator.GetAsync($"/simulate/burst/{id}"), progress => (string)progress["status"]! == "done");
            ((int)burst["events"]!).ShouldBe(events);
            ((int)burst["sent"]!).ShouldBe(events);
            ((int)burst["accepted"]!).ShouldBe(events);
            ((int)burst["duplicates"]!).ShouldBe(0);
        }

        ingress.All.Count.ShouldBe(1004);
        ingress.Distinct.Count.ShouldBe(1004);
        foreach (var received in ingress.All)
        {
            DocumentedFields.ShouldHold(received.Json);
        }

        // The key by which the ingress tells events apart: event and id.
        ingress.All.Select(received => (received.Name, (string)received.Json["data"]!["id"]!)).Distinct().Count().ShouldBe(1004);
    }

    [Theory]
    [InlineData("""{"events": 0, "rate": 1}""")]
    [InlineData("""{"events": 10, "rate": 0}""")]
    [InlineData("""{"events": 10, "rate": -1}""")]
    [InlineData("""{"events": 1.5, "rate": 1}""")]
    [InlineData("""{"rate": 1}""")]
    [InlineData("""{"events": "many"}""")]
    [InlineData("nonsense")]
    public async Task Burst_with_impossible_figures_is_refused(string body)
    {
        await using var ingress = await RecordingIngress.StartAsync();
        await using var simulator = await SimulatorProcess.StartAsync(ingress.Address);

        using var answer = await simulator.Client.PostAsync("/simulate/burst", new StringContent(body, Encoding.UTF8, "application/json"));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        ingress.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Unknown_burst_is_not_found()
    {
        await using var ingress = await RecordingIngress.StartAsync();
        await using var simulator = await SimulatorProcess.StartAsync(ingress.Address);

        (await simulator.Client.GetAsync("/simulate/burst/none")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
