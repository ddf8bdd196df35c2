using Xunit;

namespace PilotHooks.TestSupport;

/// <summary>
/// A broker of a test class's own, with what publishes to it. Each test runs its service on it with a new database, and
/// stops it in good order: on the shared broker such a service would take the other tests' events.
/// </summary>
public sealed class OwnBroker : IAsyncLifetime
{
    private TestServer _broker = null!;

    public string ConnectionString => _broker.ConnectionString;

    public EventBus Bus { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestServers.StartBrokerAsync();
        Bus = await EventBus.StartAsync(ConnectionString);
    }

    public async Task DisposeAsync()
    {
        await Bus.DisposeAsync();
        await _broker.DisposeAsync();
    }
}
