using PilotHooks.TestSupport;

namespace PilotHooks.Ingress.Tests.Spool;

/// <summary>A test with servers of its own, which it stops, kills, holds or robs.</summary>
public abstract class OutageTest : IAsyncLifetime
{
    protected TestServer Broker { get; private set; } = null!;

    protected TestServer Redis { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var servers = await Task.WhenAll(TestServers.StartBrokerAsync(), TestServers.StartRedisAsync());
        (Broker, Redis) = (servers[0], servers[1]);
    }

    public async Task DisposeAsync()
    {
        await Broker.DisposeAsync();
        await Redis.DisposeAsync();
    }

    protected Task<ServiceProcess> StartAsync(Dictionary<string, string?>? more = null, string? broker = null, string? redis = null)
        => IngressFixture.StartAsync(broker ?? Broker.ConnectionString, redis ?? Redis.ConnectionString, more);
}
