using PilotHooks.TestSupport;
using StackExchange.Redis;

namespace PilotHooks.Ingress.Tests;

/// <summary>One running ingress with servers of its own, for all tests that break nothing.</summary>
public sealed class IngressFixture : IAsyncLifetime
{
    public const string PlatformSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    public const string OldPlatformSecret = "whsec_the-one-before-it";
    public const string Token = "tok/en+1-of-enough-bytes";
    public const int Limit = 5;

    private TestServer? _broker;
    private TestServer? _redis;
    private ServiceProcess? _ingress;

    /// <summary>What arrives in the queues.</summary>
    internal QueueReader Queues { get; private set; } = null!;

    public HttpClient Client => _ingress!.Client;

    public string Output => _ingress!.Output;

    public string Redis => _redis!.ConnectionString;

    public Uri Address => _ingress!.Address;

    public async Task InitializeAsync()
    {
        var servers = await Task.WhenAll(TestServers.StartBrokerAsync(), TestServers.StartRedisAsync());
        (_broker, _redis) = (servers[0], servers[1]);
        await using (var redis = await ConnectionMultiplexer.ConnectAsync(Redis))
        {
            // The version before worked here.
            await redis.GetDatabase().StringSetAsync($"pilothooks:seen:{Guid.NewGuid():N}", "d");
        }

        _ingress = await StartReplicaAsync();
        Queues = await QueueReader.StartAsync(_broker.ConnectionString);
    }

    /// <summary>Another ingress on the same servers.</summary>
    public Task<ServiceProcess> StartReplicaAsync(params (string Name, string Value)[] more) => StartAsync(_broker!.ConnectionString, _redis!.ConnectionString, new(more.Select(one => KeyValuePair.Create(one.Name, (string?)one.Value)))
    {
        ["Logging__LogLevel__PilotHooks"] = "Debug",
        ["Sources__tokened__Authentication"] = "query-token",
        ["Sources__tokened__Secrets__0"] = Token,
        ["Sources__headed__Authentication"] = "header-token",
        ["Sources__headed__HeaderName"] = "Authorization",
        ["Sources__headed__Prefix"] = "Bearer ",
        ["Sources__headed__Secrets__0"] = Token,
        ["Sources__limited__Authentication"] = "none",
        ["Sources__limited__RateLimit"] = $"{Limit}",
        ["Sources__placed__Authentication"] = "none",
        ["Sources__placed__Format"] = "platform",
        ["Sources__placed__NumberId"] = "num_placed",
    });

    public static Task<ServiceProcess> StartAsync(string broker, string redis, Dictionary<string, string?>? more = null, bool waitUntilHealthy = true)
        => ServiceProcess.StartAsync(
            "PilotHooks.Ingress",
            new Dictionary<string, string?>(more ?? [])
            {
                ["ConnectionStrings__broker"] = broker,
                ["ConnectionStrings__redis"] = redis,
                ["Sources__whatsapp__Authentication"] = "none",
                ["Sources__platform__Secrets__0"] = OldPlatformSecret,
                ["Sources__platform__Secrets__1"] = PlatformSecret,
            },
            waitUntilHealthy);

    public async Task DisposeAsync()
    {
        IAsyncDisposable?[] parts = [Queues, _ingress, _broker, _redis];
        foreach (var part in parts)
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }
    }
}

[CollectionDefinition(Name)]
public sealed class IngressCollection : ICollectionFixture<IngressFixture>
{
    public const string Name = "One ingress";
}
