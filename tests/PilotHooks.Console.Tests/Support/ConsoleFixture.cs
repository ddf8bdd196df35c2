using Npgsql;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Support;

/// <summary>Two replicas of the console over one database, and the services behind them; messaging has two replicas too.</summary>
public sealed class ConsoleFixture : IAsyncLifetime
{
    internal ServiceProcess First { get; private set; } = null!;

    internal ServiceProcess Second { get; private set; } = null!;

    internal FakeService Messaging { get; private set; } = null!;

    internal FakeService OtherMessaging { get; private set; } = null!;

    internal FakeService Numbers { get; private set; } = null!;

    internal FakeService Calls { get; private set; } = null!;

    internal FakeService Relay { get; private set; } = null!;

    internal string Database { get; } = $"console_{Guid.NewGuid():N}";

    /// <summary>The consoles' database.</summary>
    internal async Task<NpgsqlDataSource> OpenDatabaseAsync()
        => NpgsqlDataSource.Create($"{(await TestServers.PostgresAsync()).ConnectionString};Database={Database}");

    public async Task InitializeAsync()
    {
        var broker = await TestServers.BrokerAsync();
        var postgres = await TestServers.PostgresAsync();
        Messaging = await FakeService.StartAsync("messaging");
        OtherMessaging = await FakeService.StartAsync("messaging");
        Numbers = await FakeService.StartAsync("numbers");
        Calls = await FakeService.StartAsync("calls");
        Relay = await FakeService.StartAsync("relay");
        Task<ServiceProcess> Start() => ConsoleProcess.StartAsync(
            broker.ConnectionString, postgres.ConnectionString, Database, [Messaging.Address, OtherMessaging.Address], Numbers.Address, Calls.Address, Relay.Address);
        // At once, so that both meet an empty database.
        var replicas = await Task.WhenAll(Start(), Start());
        (First, Second) = (replicas[0], replicas[1]);
    }

    public async Task DisposeAsync()
    {
        foreach (IAsyncDisposable? part in new IAsyncDisposable?[] { First, Second, Messaging, OtherMessaging, Numbers, Calls, Relay })
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }
    }
}

[CollectionDefinition(Name)]
public sealed class ConsoleCollection : ICollectionFixture<ConsoleFixture>
{
    public const string Name = "console";
}
