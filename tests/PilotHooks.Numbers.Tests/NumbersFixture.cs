using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PilotHooks.ServiceDefaults.Data;
using PilotHooks.TestSupport;

namespace PilotHooks.Numbers.Tests;

/// <summary>The service as a real process, on a real broker and database, shared by the tests of this project.</summary>
public sealed class NumbersFixture : IAsyncLifetime
{
    public const string Collection = "numbers";
    public const string GatewayToken = "a token of at least sixteen letters";
    private WebApplication? _database;
    private ServiceProcess? _service;
    private EventBus? _bus;

    public EventBus Bus => _bus!;

    public ServiceProcess Service => _service!;

    /// <summary>The service's own database.</summary>
    public NpgsqlDataSource Database => _database!.Services.GetRequiredService<NpgsqlDataSource>();

    public async Task InitializeAsync()
    {
        var broker = await TestServers.BrokerAsync();
        var environment = Environment(broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString);
        _service = await ServiceProcess.StartAsync("PilotHooks.Numbers", environment);
        _bus = await EventBus.StartAsync(broker.ConnectionString);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:numbers", environment["ConnectionStrings__numbers"])]);
        builder.AddDatabase("numbers");
        _database = builder.Build();
    }

    /// <summary>The configuration of a service with a database of its own.</summary>
    public static Dictionary<string, string?> Environment(string broker, string postgres) => new()
    {
        ["ConnectionStrings__broker"] = broker,
        ["ConnectionStrings__numbers"] = new NpgsqlConnectionStringBuilder(postgres) { Database = $"numbers_{Guid.NewGuid():N}" }.ConnectionString,
        ["Gateway__Token"] = GatewayToken,
    };

    /// <summary>Asks the API as the console forwards it, for a tenant's key or for one of a number.</summary>
    public Task<HttpResponseMessage> GetAsync(string path, string? keyOfNumber = null) => GetAsync(Service, path, keyOfNumber);

    public static async Task<HttpResponseMessage> GetAsync(ServiceProcess service, string path, string? keyOfNumber = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.SetCaller(GatewayToken, keyOfNumber);

        return await service.Client.SendAsync(request);
    }

    /// <summary>The JSON of an answer that must be 200.</summary>
    public async Task<JsonElement> ReadAsync(string path, string? keyOfNumber = null)
    {
        using var response = await GetAsync(path, keyOfNumber);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>The JSON once the events have arrived; undefined JSON while the answer is an error.</summary>
    public Task<JsonElement> ReadAsync(string path, Func<JsonElement, bool> until) => Eventually.GetAsync(
        async () =>
        {
            using var response = await GetAsync(path);
            return response.IsSuccessStatusCode ? JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement : default;
        },
        json => json.ValueKind != JsonValueKind.Undefined && until(json));

    public async Task DisposeAsync()
    {
        await (_bus?.DisposeAsync() ?? default);
        await (_service?.DisposeAsync() ?? default);
        await (_database?.DisposeAsync() ?? default);
    }
}

[CollectionDefinition(NumbersFixture.Collection)]
public sealed class NumbersCollection : ICollectionFixture<NumbersFixture>;
