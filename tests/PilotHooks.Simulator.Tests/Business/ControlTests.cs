using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PilotHooks.Simulator.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Simulator.Tests.Business;

public sealed class ControlTests
{
    [Fact]
    public async Task A_number_goes_down_and_up_when_told()
    {
        await using var ingress = await RecordingIngress.StartAsync();
        await using var simulator = await SimulatorProcess.StartAsync(ingress.Address);

        foreach (var (path, name) in new[] { ("down", "number.disconnected"), ("up", "number.connected") })
        {
            using var answer = await simulator.Client.PostAsJsonAsync($"/simulate/numbers/{path}", new { numberId = "cmm0support" });
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            await Eventually.GetAsync(() => Task.FromResult(ingress.All), all => all.LastOrDefault() is { } last && last.Name == name);
        }

        ingress.All.ShouldAllBe(one => (string)one.Json["data"]!["numberId"]! == "cmm0support");
    }

    [Fact]
    public async Task An_unknown_number_is_refused_with_those_that_exist()
    {
        await using var ingress = await RecordingIngress.StartAsync();
        await using var simulator = await SimulatorProcess.StartAsync(ingress.Address);

        using var answer = await simulator.Client.PostAsJsonAsync("/simulate/numbers/down", new { numberId = "cmm9" });

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("cmm0mainstore");
    }

    [Fact]
    public async Task Events_are_held_back_between_stop_and_resume()
    {
        await using var ingress = await RecordingIngress.StartAsync();
        await using var simulator = await SimulatorProcess.StartAsync(ingress.Address);

        (await PostAsync(simulator, "/simulate/stop"))["state"]!.GetValue<string>().ShouldBe("stopped");
        using var down = await simulator.Client.PostAsJsonAsync("/simulate/numbers/down", new { numberId = "cmm0support" });
        (await simulator.GetAsync("/"))["waiting"]!.GetValue<int>().ShouldBe(1);

        (await PostAsync(simulator, "/simulate/resume"))["state"]!.GetValue<string>().ShouldBe("running");
        await Eventually.GetAsync(() => Task.FromResult(ingress.All), all => all.Count == 1);
    }

    private static async Task<JsonObject> PostAsync(ServiceProcess simulator, string path)
    {
        using var answer = await simulator.Client.PostAsync(new Uri(path, UriKind.Relative), null);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }
}
