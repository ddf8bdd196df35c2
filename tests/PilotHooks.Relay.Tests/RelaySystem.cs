using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Npgsql;
using PilotHooks.ServiceDefaults.Data;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests;

/// <summary>Relay processes on one database and one broker, a bus to publish on, and subscribers.</summary>
public sealed class RelaySystem : IAsyncDisposable
{
    public const string GatewayToken = "a token of at least sixteen letters";
    private readonly List<ServiceProcess> _replicas = [];
    private readonly string _postgres;

    private RelaySystem(string broker, string postgres)
    {
        _postgres = new NpgsqlConnectionStringBuilder(postgres) { Database = $"relay_{Guid.NewGuid():N}" }.ConnectionString;
        Environment = new Dictionary<string, string?>
        {
            ["ConnectionStrings__broker"] = broker,
            ["ConnectionStrings__relay"] = _postgres,
            ["Gateway__Token"] = GatewayToken,
            ["Relay__AllowPrivateEndpoints"] = "true",
            ["Relay__AttemptTimeout"] = "00:00:02",
            ["Relay__Lease"] = "00:00:05",
            ["Relay__RetrySchedule__0"] = "00:00:00.3",
            ["Relay__RetrySchedule__1"] = "00:00:00.5",
            ["Relay__RetrySchedule__2"] = "00:00:01",
            ["Relay__Retention__Interval"] = "00:00:01",
        };
    }

    /// <summary>The configuration of every replica that starts from now on.</summary>
    public Dictionary<string, string?> Environment { get; }

    public EventBus Bus { get; private set; } = null!;

    public Subscriber Subscriber { get; private set; } = null!;

    public NpgsqlDataSource Database { get; private set; } = null!;

    public IReadOnlyList<ServiceProcess> Replicas => _replicas;

    public ServiceProcess Replica => _replicas[0];

    public static async Task<RelaySystem> StartAsync(string broker, string postgres, int replicas = 1, params (string Name, string Value)[] settings)
    {
        // Registers how Dapper reads our rows.
        WebApplication.CreateSlimBuilder().AddDatabase("relay");
        var system = new RelaySystem(broker, postgres) { Subscriber = await Subscriber.StartAsync() };
        foreach (var (name, value) in settings)
        {
            system.Environment[name] = value;
        }

        system.Database = NpgsqlDataSource.Create(system._postgres);
        // Together: replicas that find an empty database at the same time are the rule, not the exception.
        system._replicas.AddRange(await Task.WhenAll(Enumerable.Range(0, replicas).Select(_ => ServiceProcess.StartAsync("PilotHooks.Relay", system.Environment))));
        system.Bus = await EventBus.StartAsync(broker);
        return system;
    }

    public async Task<ServiceProcess> AddReplicaAsync()
    {
        var replica = await ServiceProcess.StartAsync("PilotHooks.Relay", Environment);
        _replicas.Add(replica);
        return replica;
    }

    /// <summary>Calls the API as the console forwards it, for a tenant's key or for one of a number.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)> CallAsync(
        HttpMethod method, string path, object? body = null, string? keyOfNumber = null, ServiceProcess? replica = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.SetCaller(GatewayToken, keyOfNumber);

        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        request.Content = body is null ? null : body is string text ? new StringContent(text, Encoding.UTF8, "application/json") : JsonContent.Create(body);
        var response = await (replica ?? Replica).Client.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, answer.Length > 0 ? JsonDocument.Parse(answer).RootElement : default, response);
    }

    /// <summary>The JSON of an answer that must be a success.</summary>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body = null, string? keyOfNumber = null, ServiceProcess? replica = null)
    {
        var (status, answer, _) = await CallAsync(method, path, body, keyOfNumber, replica);
        ((int)status).ShouldBeInRange(200, 299, answer.ToString());
        return answer;
    }

    public Task<JsonElement> ReadAsync(string path, string? keyOfNumber = null) => SendAsync(HttpMethod.Get, path, keyOfNumber: keyOfNumber);

    public Task<JsonElement> ReadAsync(string path, Func<JsonElement, bool> until, TimeSpan? within = null) => Eventually.GetAsync(() => ReadAsync(path), until, within);

    /// <summary>Subscribes the URL; returns the endpoint's id.</summary>
    public async Task<string> SubscribeAsync(Uri url, string[]? events = null, string? secret = null, string? numberId = null, int? rateLimit = null, string? format = null, string? signature = null)
    {
        var body = new Dictionary<string, object?> { ["url"] = url.ToString(), ["name"] = "a test", ["events"] = events ?? ["*"] };
        Set("secret", secret);
        Set("whatsappNumberId", numberId);
        Set("rateLimit", rateLimit);
        Set("format", format);
        Set("signature", signature);
        return (await SendAsync(HttpMethod.Post, "/v1/webhooks", body)).GetProperty("id").GetString()!;

        void Set(string name, object? value)
        {
            if (value is not null)
            {
                body[name] = value;
            }
        }
    }

    /// <summary>Waits until the subscriber was sent so many requests, and returns them.</summary>
    public Task<IReadOnlyList<ReceivedRequest>> ReceivedAsync(Uri url, int count = 1, TimeSpan? within = null)
        => Eventually.GetAsync(() => Task.FromResult(Subscriber.Received(url)), received => received.Count >= count, within);

    /// <summary>The endpoint's statistics once they are as wanted.</summary>
    public Task<JsonElement> StatsAsync(string id, Func<JsonElement, bool> until, TimeSpan? within = null) => ReadAsync($"/v1/webhooks/{id}/stats", until, within);

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        await (Bus?.DisposeAsync() ?? default);
        await Subscriber.DisposeAsync();
        await (Database?.DisposeAsync() ?? default);
    }
}

/// <summary>Two replicas on shared servers, for all tests that break nothing.</summary>
public sealed class RelayFixture : IAsyncLifetime
{
    public const string Collection = "relay";

    public RelaySystem System { get; private set; } = null!;

    public async Task InitializeAsync()
        => System = await RelaySystem.StartAsync((await TestServers.BrokerAsync()).ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, replicas: 2);

    public async Task DisposeAsync() => await System.DisposeAsync();
}

[CollectionDefinition(RelayFixture.Collection)]
public sealed class RelayCollection : ICollectionFixture<RelayFixture>;
