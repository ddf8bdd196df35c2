using System.Security.Cryptography;
using System.Text;
using PilotHooks.Simulator.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Simulator.Tests.Business;

public sealed class LivingBusinessTests
{
    [Fact]
    public async Task A_fresh_run_shows_every_documented_event_and_an_unknown_one()
    {
        await using var ingress = await RecordingIngress.StartAsync();
        await using var simulator = await SimulatorProcess.StartAsync(ingress.Address, eventsPerSecond: 2);

        var received = await Eventually.GetAsync(
            () => Task.FromResult(ingress.All),
            all => !DocumentedFields.Events.Append("campaign.finished").Except(all.Select(one => one.Name)).Any());

        received.ShouldAllBe(one => one.ContentType.StartsWith("application/json", StringComparison.Ordinal));
        foreach (var one in received)
        {
            DocumentedFields.ShouldHold(one.Json);
        }
    }

    [Fact]
    public async Task Numbers_are_known_before_anything_speaks_of_them()
    {
        await using var ingress = await RecordingIngress.StartAsync();
        await using var simulator = await SimulatorProcess.StartAsync(ingress.Address, eventsPerSecond: 20, shuffle: 0.5);

        var received = await Eventually.GetAsync(() => Task.FromResult(ingress.All), all => all.Count >= 30);

        received.Take(6).Select(one => one.Name).ShouldBe(["number.created", "number.connected", "number.created", "number.connected", "number.created", "number.connected"]);
    }

    [Fact]
    public async Task The_platform_signs_the_raw_body_with_its_whole_secret_and_the_other_provider_does_not()
    {
        await using var ingress = await RecordingIngress.StartAsync();
        await using var simulator = await SimulatorProcess.StartAsync(ingress.Address, eventsPerSecond: 2);

        var received = await Eventually.GetAsync(() => Task.FromResult(ingress.All), all => all.Any(one => one.Path == "/hooks/platform"));

        foreach (var one in received)
        {
            one.Signature.ShouldBe(one.Path == "/hooks/platform"
                ? Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(SimulatorProcess.Secret), one.Body))
                : null);
            one.Path.ShouldBe(one.Json.ContainsKey("api_version") ? "/hooks/platform" : "/hooks/whatsapp");
        }
    }

    [Fact]
    public async Task An_ingress_that_is_away_at_first_misses_nothing()
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        await using var simulator = await SimulatorProcess.StartAsync(address, eventsPerSecond: 2);
        await Eventually.GetAsync(() => simulator.GetAsync("/"), status => (long)status["failures"]! > 0);

        await using var ingress = await RecordingIngress.StartAsync(address);
        var received = await Eventually.GetAsync(() => Task.FromResult(ingress.All), all => all.Count >= 8);

        received.Take(6).Count(one => one.Name.StartsWith("number.", StringComparison.Ordinal)).ShouldBe(6);
    }
}
