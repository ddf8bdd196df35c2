using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests;

/// <summary>
/// Where a system under test has its servers. This machine's own are the AppHost's, which starts them and stops them by
/// Aspire's commands. Containers are the tests': Aspire would keep their data in volumes of the checkout, which belong to
/// whoever runs the system there.
/// </summary>
internal sealed class SystemServers : IAsyncDisposable
{
    private readonly string _data = TestFolders.Make("system");
    private readonly Dictionary<string, TestServer> _own = [];

    private SystemServers()
    {
    }

    /// <summary>What the AppHost is told.</summary>
    public IEnumerable<string> Arguments => _own.Count == 0
        ? ["--servers", "native", "--data", _data]
        :
        [
            "--servers", "external", "--data", _data,
            .. _own.SelectMany(server => new[] { $"--ConnectionStrings:{server.Key}", server.Value.ConnectionString }),
        ];

    public static async Task<SystemServers> StartAsync()
    {
        var servers = new SystemServers();
        if (TestServers.AreContainers)
        {
            var started = await Task.WhenAll(TestServers.StartBrokerAsync(), TestServers.StartRedisAsync(), TestServers.StartPostgresAsync());
            (servers._own["broker"], servers._own["redis"], servers._own["postgres"]) = (started[0], started[1], started[2]);
        }

        return servers;
    }

    /// <summary>The server, where it is the tests' own.</summary>
    public TestServer? Own(string name) => _own.GetValueOrDefault(name);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _own.Values)
        {
            await server.DisposeAsync();
        }

        TestFolders.Delete(_data);
    }
}
