using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;
using PilotHooks.TestSupport;

namespace PilotHooks.Messaging.Tests;

[CollectionDefinition(Name)]
public sealed class MessagingCollection : ICollectionFixture<MessagingSystem>
{
    public const string Name = "messaging";
}

/// <summary>The ingress and two replicas of the service as real processes, sharing real servers. Tests share it and differ by ids.</summary>
public sealed class MessagingSystem : IAsyncLifetime
{
    public const string GatewayToken = "a token of the tests' gateway";

    private ServiceProcess? _ingress;
    private ServiceProcess[] _replicas = [];

    /// <summary>The service's database.</summary>
    public NpgsqlDataSource Database { get; private set; } = null!;

    /// <summary>What the fake provider behind the replicas does.</summary>
    internal FakeProvider Provider { get; } = new();

    public HttpClient Api => _replicas[0].Client;

    public HttpClient OtherReplica => _replicas[1].Client;

    public async Task InitializeAsync()
    {
        await Provider.StartAsync();
        var broker = await TestServers.BrokerAsync();
        var redis = await TestServers.RedisAsync();
        var postgres = new NpgsqlConnectionStringBuilder((await TestServers.PostgresAsync()).ConnectionString) { Database = $"messaging_{Guid.NewGuid():N}" };
        Database = NpgsqlDataSource.Create(postgres);
        var environment = Environment(broker.ConnectionString, postgres.ConnectionString, Provider.Url);
        var services = await Task.WhenAll(
            ServiceProcess.StartAsync("PilotHooks.Messaging", environment),
            ServiceProcess.StartAsync("PilotHooks.Messaging", environment),
            ServiceProcess.StartAsync("PilotHooks.Ingress", new Dictionary<string, string?>
            {
                ["ConnectionStrings__broker"] = broker.ConnectionString,
                ["ConnectionStrings__redis"] = redis.ConnectionString,
                // What is checked here is what becomes of events, not who may send them.
                ["Sources__whatsapp__Authentication"] = "none",
                ["Sources__platform__Authentication"] = "none",
                ["Sources__store__Authentication"] = "none",
                ["Sources__store__Format"] = "platform",
                ["Sources__store__NumberId"] = "num_store",
            }));
        _replicas = services[..2];
        _ingress = services[2];
        foreach (var replica in _replicas)
        {
            replica.Client.DefaultRequestHeaders.SetCaller(GatewayToken);
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        if (_ingress is not null)
        {
            await _ingress.DisposeAsync();
        }

        await Provider.DisposeAsync();
        if (Database is not null)
        {
            await Database.DisposeAsync();
        }
    }

    public static Dictionary<string, string?> Environment(string broker, string postgres, Uri provider) => new()
    {
        ["ConnectionStrings__broker"] = broker,
        ["ConnectionStrings__messaging"] = postgres,
        ["Gateway__Token"] = GatewayToken,
        ["Provider__Url"] = provider.ToString(),
        ["Provider__Key"] = "ps_ours",
        ["Provider__AttemptTimeout"] = "00:00:02",
        ["Provider__TotalTimeout"] = "00:00:06",
    };

    /// <summary>Posts an event as its provider does.</summary>
    public async Task PostAsync(string body, string source = "whatsapp")
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _ingress!.Client.PostAsync(new Uri($"hooks/{source}", UriKind.Relative), content);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Reads a path until the answer is as wanted; an answer other than 200 is not yet.</summary>
    public Task<JsonObject> GetAsync(string path, Func<JsonObject, bool> until)
        => Eventually.GetAsync(async () => await Api.GetFromJsonAsync<JsonObject>(new Uri(path, UriKind.Relative)) ?? [], until);

    public Task<JsonObject> GetAsync(string path) => GetAsync(path, _ => true);
}
