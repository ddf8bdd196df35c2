using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests.Tracing;

/// <summary>The whole system as processes that export to a collector, which can be read; named as an orchestrator names them.</summary>
public sealed class ObservedSystem : IAsyncLifetime
{
    public const string ApiKey = "ps_a-key-of-the-observed-system";
    public const string PlatformSecret = "whsec_b2JzZXJ2ZWQtc3lzdGVtLXNlY3JldA==";
    public const string EndpointSecret = "whsec_YW4tZW5kcG9pbnQtb2YtdGhlLW9ic2VydmVkLXN5c3RlbQ==";
    public const string GatewayToken = "a-token-that-the-observed-services-share";

    public static readonly string[] Services = ["ingress", "messaging", "numbers", "calls", "relay", "console"];

    private readonly ConcurrentQueue<ServiceProcess> _processes = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private TestServer[] _servers = [];
    private Uri _ingress = null!;
    private Uri _console = null!;

    public OtlpReceiver Receiver { get; private set; } = null!;

    public Subscriber Subscriber { get; private set; } = null!;

    /// <summary>The broker's password, which the services know.</summary>
    public string BrokerPassword => new Uri(_servers[0].ConnectionString).UserInfo.Split(':')[1];

    /// <summary>What every process wrote.</summary>
    public string Output => string.Join('\n', _processes.Select(process => process.Output));

    public async Task InitializeAsync()
    {
        Receiver = await OtlpReceiver.StartAsync();
        Subscriber = await Subscriber.StartAsync();
        _servers = await Task.WhenAll(TestServers.StartBrokerAsync(), TestServers.StartRedisAsync(), TestServers.StartPostgresAsync());
        var started = await Task.WhenAll(Services.SkipLast(1).Select(service => StartAsync(service, [])));
        _ingress = started[0].Address;
        _console = (await StartAsync("console", Services[1..^1].Zip(started[1..]).ToDictionary(pair => $"services__{pair.First}__http__0", pair => (string?)pair.Second.Address.ToString()))).Address;
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        await Subscriber.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    /// <summary>The instance id that the service was given.</summary>
    public static string InstanceOf(string service) => $"{service}-replica-of-the-test";

    /// <summary>Posts as a provider would.</summary>
    public async Task<HttpStatusCode> PostAsync(string body, string source = "whatsapp")
    {
        using var answer = await SendAsync(body, source);
        return answer.StatusCode;
    }

    /// <summary>Posts to <c>whatsapp</c>, and returns the event's id.</summary>
    public async Task<string> EventIdAsync(string body)
    {
        using var answer = await SendAsync(body, "whatsapp");
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("eventId").GetString()!;
    }

    /// <summary>Calls the API with the tenant's key.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> CallAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(_console, path)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("x-api-key", ApiKey);
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.StartsWith('{') ? JsonSerializer.Deserialize<JsonElement>(text) : default);
    }

    /// <summary>Subscribes this URL to the events of a number.</summary>
    public async Task SubscribeAsync(Uri url, string numberId)
        => (await CallAsync(HttpMethod.Post, "v1/webhooks", new { url, name = "Observed", events = new[] { "*" }, whatsappNumberId = numberId, secret = EndpointSecret })).Status.ShouldBe(HttpStatusCode.Created);

    /// <summary>Waits until every service has exported its metrics so many times more: half a second each.</summary>
    public async Task ExportedAsync(int times)
    {
        Dictionary<string, int> Exports() => Receiver.Metrics.Where(metric => metric.Name == "dotnet.process.memory.working_set").CountBy(metric => metric.Service.Name).ToDictionary();
        var before = Exports();
        await Eventually.GetAsync(() => Task.FromResult(Exports()), now => Services.All(service => now.GetValueOrDefault(service) >= before.GetValueOrDefault(service) + times));
    }

    private async Task<HttpResponseMessage> SendAsync(string body, string source)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_ingress, $"hooks/{source}")) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new("application/json");
        if (source == "platform")
        {
            request.Headers.Add("X-Webhook-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(PlatformSecret), bytes)));
        }

        return await _http.SendAsync(request);
    }

    private async Task<ServiceProcess> StartAsync(string service, Dictionary<string, string?> more)
    {
        var environment = new Dictionary<string, string?>(Receiver.Environment.Concat(more))
        {
            ["OTEL_SERVICE_NAME"] = service,
            ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={InstanceOf(service)}",
            ["ConnectionStrings__broker"] = _servers[0].ConnectionString,
            ["ConnectionStrings__redis"] = _servers[1].ConnectionString,
            [$"ConnectionStrings__{service}"] = $"{_servers[2].ConnectionString};Database={service}",
            ["Gateway__Token"] = GatewayToken,
            ["ApiKey"] = ApiKey,
            ["Sources__whatsapp__Authentication"] = "none",
            ["Sources__platform__Secrets__0"] = PlatformSecret,
            ["Provider__Url"] = "http://127.0.0.1:9",
            ["Provider__Key"] = "none",
            ["Relay__AllowPrivateEndpoints"] = "true",
            ["Relay__RetrySchedule__0"] = "00:00:00.500",
        };
        var process = await ServiceProcess.StartAsync($"PilotHooks.{char.ToUpperInvariant(service[0])}{service[1..]}", environment);
        _processes.Enqueue(process);
        return process;
    }
}

[CollectionDefinition(Name)]
public sealed class ObservedCollection : ICollectionFixture<ObservedSystem>
{
    public const string Name = "An observed system";
}
