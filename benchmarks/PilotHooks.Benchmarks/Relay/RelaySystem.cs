using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using PilotHooks.Benchmarks.Load;
using PilotHooks.Benchmarks.Processes;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Benchmarks.Relay;

/// <summary>A broker, a PostgreSQL and one relay on this machine, and the bus that feeds it.</summary>
internal sealed class RelaySystem : IAsyncDisposable
{
    private const string Token = "a token for the benchmark to call with";
    private const int Publishing = 256;

    private readonly LocalServer _broker;
    private readonly LocalServer _postgres;
    private readonly WebApplication _bus;
    private readonly NpgsqlDataSource _database;
    private readonly HttpClient _http;
    private readonly Payloads _payloads = new("/", Ids.Fresh);

    private RelaySystem(LocalServer broker, LocalServer postgres, WebApplication bus, NpgsqlDataSource database, TargetProcess relay)
    {
        (_broker, _postgres, _bus, _database, Relay) = (broker, postgres, bus, database, relay);
        _http = new HttpClient { BaseAddress = new Uri($"http://{relay.Address}"), Timeout = TimeSpan.FromMinutes(2) };
        _http.DefaultRequestHeaders.Add(GatewayOptions.CallerHeader, CallerTokens.Write(new Caller(null), DateTimeOffset.UtcNow.AddHours(12), Encoding.UTF8.GetBytes(Token)));
    }

    public TargetProcess Relay { get; }

    /// <summary>Those whose CPU time is counted, by name.</summary>
    public IReadOnlyDictionary<string, int> Processes => new Dictionary<string, int>
    {
        ["relay"] = Relay.Id,
        ["PostgreSQL"] = _postgres.ProcessId,
        ["broker"] = _broker.ProcessId,
        ["subscriber"] = Environment.ProcessId,
    };

    public int AverageSize => _payloads.AverageSize;

    public static async Task<RelaySystem> StartAsync()
    {
        var broker = await LocalServer.StartBrokerAsync();
        var postgres = await LocalServer.StartPostgresAsync();
        var relay = await TargetProcess.StartAsync("PilotHooks.Relay", new Dictionary<string, string>
        {
            ["ConnectionStrings__broker"] = broker.ConnectionString,
            ["ConnectionStrings__relay"] = $"{postgres.ConnectionString};Database=relay",
            ["Gateway__Token"] = Token,
            ["Relay__AllowPrivateEndpoints"] = "true",
            ["Relay__KeyProtection__AllowUnprotected"] = "true",
        });
        // Not the folder that it is started in, which it would watch: the servers' data lie below.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:broker"] = broker.ConnectionString, ["urls"] = "http://127.0.0.1:0" });
        builder.AddBus();
        var bus = builder.Build();
        await bus.StartAsync();
        return new RelaySystem(broker, postgres, bus, NpgsqlDataSource.Create($"{postgres.ConnectionString};Database=relay"), relay);
    }

    /// <summary>Subscribes the URL to events of this name; returns the endpoint's id.</summary>
    public async Task<string> SubscribeAsync(Uri url, string name)
    {
        using var answer = await _http.PostAsJsonAsync("/v1/webhooks", new { url, name = "benchmark", events = new[] { name } });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    /// <summary>Makes an endpoint that hung start with a clean slate, and everything that waits for it go out.</summary>
    public async Task ResumeAsync(string endpointId)
    {
        (await _http.PatchAsJsonAsync($"/v1/webhooks/{endpointId}", new { active = true })).EnsureSuccessStatusCode();
        (await _http.PostAsync($"/v1/webhooks/{endpointId}/retry-failed", null)).EnsureSuccessStatusCode();
    }

    public Task<long> PendingAsync(string endpointId) => StatAsync(endpointId, "pending");

    public Task<long> SuccessfulAsync(string endpointId) => StatAsync(endpointId, "successful");

    /// <summary>Puts so many new events into the relay's queue, many at a time as a busy ingress does.</summary>
    public async Task PublishAsync(Ledger ledger, string name, long count)
    {
        var left = count;
        await Task.WhenAll(Enumerable.Range(0, Publishing).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await PublishAsync(ledger, name, _ => { });
            }
        })));
    }

    /// <summary>Puts one new event into the relay's queue; <paramref name="about"/> is told its number just before.</summary>
    public async Task PublishAsync(Ledger ledger, string name, Action<long> about)
    {
        var sequence = ledger.Next();
        var now = DateTimeOffset.UtcNow;
        var id = new Guid(Encoding.ASCII.GetBytes(sequence.ToString("x16", CultureInfo.InvariantCulture)));
        about(sequence);
        // Of the kind that goes to no other queue.
        await _bus.Services.GetRequiredService<GroupPublisher>().PublishAsync(
            new UnknownEventReceived(id, name, "whatsapp", "cmm0abc123", now, now, _payloads.Body(sequence)), CancellationToken.None);
        ledger.Count(Answer.Accepted);
    }

    /// <summary>Deliveries of the endpoint that succeeded with one attempt, and all that it has.</summary>
    public async Task<(long Once, long Successful, long All)> CountAsync(string endpointId)
    {
        await using var command = _database.CreateCommand(
            "SELECT count(*) FILTER (WHERE status = 'successful' AND attempts = 1), count(*) FILTER (WHERE status = 'successful'), count(*) FROM deliveries WHERE endpoint_id = $1");
        command.Parameters.Add(new NpgsqlParameter { Value = endpointId });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _bus.StopAsync();
        await _bus.DisposeAsync();
        await Relay.DisposeAsync();
        await _database.DisposeAsync();
        await _postgres.DisposeAsync();
        await _broker.DisposeAsync();
    }

    private async Task<long> StatAsync(string endpointId, string name) => (await _http.GetFromJsonAsync<JsonElement>($"/v1/webhooks/{endpointId}/stats")).GetProperty(name).GetInt64();
}
