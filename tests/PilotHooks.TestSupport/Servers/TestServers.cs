using PilotHooks.TestSupport.Servers;

namespace PilotHooks.TestSupport;

/// <summary>
/// The servers of a test process. Shared ones are started by the first test that asks and end with the process; they
/// come from given connection strings (PILOTHOOKS_TEST_BROKER, PILOTHOOKS_TEST_REDIS, PILOTHOOKS_TEST_POSTGRES), else
/// from containers where an engine answers, else from the native servers of this machine. PILOTHOOKS_TEST_SERVERS=debian13
/// takes the native servers of Debian 13 instead, from the folder where build/servers.sh installs them.
/// </summary>
public static class TestServers
{
    private static readonly Lazy<Task<TestServer>> Broker = Shared(ServerKind.Broker);
    private static readonly Lazy<Task<TestServer>> Redis = Shared(ServerKind.Redis);
    private static readonly Lazy<Task<TestServer>> Postgres = Shared(ServerKind.Postgres);

    /// <summary>Whether servers that a test starts are containers.</summary>
    public static bool AreContainers => ContainerServer.IsAvailable;

    /// <summary>Whether somebody said which servers the tests take.</summary>
    public static bool AreChosen { get; } = new[] { ServerKind.Broker.GivenBy, ServerKind.Redis.GivenBy, ServerKind.Postgres.GivenBy, "PILOTHOOKS_TEST_SERVERS" }
        .Any(variable => Environment.GetEnvironmentVariable(variable) is { Length: > 0 });

    /// <summary>The shared RabbitMQ.</summary>
    public static Task<TestServer> BrokerAsync() => Broker.Value;

    /// <summary>The shared Redis.</summary>
    public static Task<TestServer> RedisAsync() => Redis.Value;

    /// <summary>The shared PostgreSQL.</summary>
    public static Task<TestServer> PostgresAsync() => Postgres.Value;

    /// <summary>A RabbitMQ of the caller's own, to stop and kill.</summary>
    public static Task<TestServer> StartBrokerAsync() => StartAsync(ServerKind.Broker);

    /// <summary>A RabbitMQ of the caller's own, in which users can be made.</summary>
    public static Task<TestServer> StartManagedBrokerAsync() => StartAsync(ServerKind.Broker, isManaged: true);

    /// <summary>A Redis of the caller's own, to stop and kill.</summary>
    public static Task<TestServer> StartRedisAsync() => StartAsync(ServerKind.Redis);

    /// <summary>A PostgreSQL of the caller's own, to stop and kill.</summary>
    public static Task<TestServer> StartPostgresAsync() => StartAsync(ServerKind.Postgres);

    private static Lazy<Task<TestServer>> Shared(ServerKind kind)
        => new(() => Environment.GetEnvironmentVariable(kind.GivenBy) is { Length: > 0 } given ? Task.FromResult(new TestServer(given)) : StartAsync(kind));

    private static async Task<TestServer> StartAsync(ServerKind kind, bool isManaged = false)
    {
        var server = new TestServer(kind, isManaged);
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }
}
