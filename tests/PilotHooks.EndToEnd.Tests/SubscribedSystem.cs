using PilotHooks.EndToEnd.Tests.Contract;
using PilotHooks.TestSupport;
using Subscriber = PilotHooks.EndToEnd.Tests.Journeys.Subscriber;

namespace PilotHooks.EndToEnd.Tests;

/// <summary>
/// One started system with a subscriber to everything and a collector of its telemetry, for tests that leave it whole and
/// look at their own events only.
/// </summary>
public sealed class SubscribedSystem : IAsyncLifetime
{
    public RunningSystem System { get; private set; } = null!;

    public OtlpReceiver Telemetry { get; private set; } = null!;

    internal Subscriber Subscriber { get; private set; } = null!;

    private AcceptingProvider _provider = null!;

    public async Task InitializeAsync()
    {
        Telemetry = await OtlpReceiver.StartAsync();
        Subscriber = await Subscriber.StartAsync();
        _provider = await AcceptingProvider.StartAsync();
        System = await RunningSystem.StartAsync(environment: new Dictionary<string, string?>(Telemetry.Environment)
        {
            // Quicker than by default, where a point is shown at most 13 seconds after it began: this machine does more than that.
            ["Figures__Interval"] = "00:00:01",
            ["Overview__Resolution"] = "00:00:02",
            ["Provider__Url"] = _provider.Address,
        });
        await SendAsync("v1/webhooks", new { url = Subscriber.Address, name = "All", events = new[] { "*" } });
    }

    public async Task DisposeAsync()
    {
        if (System is not null)
        {
            await System.DisposeAsync();
        }

        await Subscriber.DisposeAsync();
        await _provider.DisposeAsync();
        await Telemetry.DisposeAsync();
    }

    /// <summary>Posts to the API with the tenant's key.</summary>
    public async Task SendAsync(string path, object? body = null)
    {
        using var answer = await System.AskAsync(HttpMethod.Post, path, body);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }
}

[CollectionDefinition(Name)]
public sealed class SubscribedCollection : ICollectionFixture<SubscribedSystem>
{
    public const string Name = "A subscribed system";
}
