using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests;

/// <summary>The whole system as real processes on servers of its own: what a provider posts to and what a user asks.</summary>
public sealed class Backbone : IAsyncDisposable
{
    public const string ApiKey = "ps_end-to-end-tests";
    public const string PlatformSecret = "whsec_ZW5kLXRvLWVuZC10ZXN0cy1zZWNyZXQ=";
    public const string GatewayToken = "a-token-that-the-services-share";

    private static readonly string[] ConsumerNames = ["messaging", "numbers", "calls", "relay"];

    private readonly ConcurrentQueue<ServiceProcess> _processes = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private Dictionary<string, string?> _common = [];

    public TestServer Broker { get; private set; } = null!;

    public TestServer Redis { get; private set; } = null!;

    public TestServer Postgres { get; private set; } = null!;

    public ServiceProcess Ingress { get; private set; } = null!;

    public ServiceProcess Console { get; private set; } = null!;

    /// <summary>The replicas of messaging, numbers, calls and relay, by service.</summary>
    public Dictionary<string, List<ServiceProcess>> Consumers { get; } = [];

    /// <summary>Starts everything; <paramref name="environment"/> is given to every service.</summary>
    public static async Task<Backbone> StartAsync(int replicas = 1, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var backbone = new Backbone();
        try
        {
            await backbone.StartServersAsync();
            backbone._common = new(environment ?? new Dictionary<string, string?>())
            {
                ["ConnectionStrings__broker"] = backbone.Broker.ConnectionString,
                ["Gateway__Token"] = GatewayToken,
            };
            await backbone.StartServicesAsync(replicas);
            return backbone;
        }
        catch
        {
            await backbone.DisposeAsync();
            throw;
        }
    }

    /// <summary>Posts as a provider would: the same bytes again after a 503 or no answer, until it is told 200.</summary>
    /// <returns>How many attempts it took.</returns>
    public async Task<int> PostAsync(string body, string source = "whatsapp")
    {
        var attempts = 0;
        await Eventually.GetAsync(
            async () =>
            {
                attempts++;
                using var answer = await PostOnceAsync(body, source);
                return answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable
                    ? answer.StatusCode
                    : throw new InvalidOperationException($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            },
            status => status == HttpStatusCode.OK,
            TimeSpan.FromSeconds(120));
        return attempts;
    }

    /// <summary>Posts once, signed where the source wants it.</summary>
    public async Task<HttpResponseMessage> PostOnceAsync(string body, string source = "whatsapp")
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Ingress.Address, $"hooks/{source}")) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new("application/json");
        if (source == "platform")
        {
            request.Headers.Add("X-Webhook-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(PlatformSecret), bytes)));
        }

        return await _http.SendAsync(request);
    }

    /// <summary>Reads from the API with the tenant's key; an error is an exception, save 404, which is null.</summary>
    public async Task<JsonElement?> ReadAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Console.Address, path));
        request.Headers.Add("x-api-key", ApiKey);
        using var answer = await _http.SendAsync(request);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>Every item of a list, over all its pages; none where what it belongs to is not known yet.</summary>
    public async Task<List<JsonElement>> ReadAllAsync(string path)
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            if (await ReadAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=200{(cursor is null ? "" : $"&cursor={cursor}")}") is not { } page)
            {
                return items;
            }

            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return items;
    }

    /// <summary>Starts one more replica of a consumer, or one in the place of another that is gone.</summary>
    public async Task<ServiceProcess> StartConsumerAsync(string service, Uri? address = null)
    {
        var process = await StartReplicaAsync(service, address);
        Consumers[service].Add(process);
        return process;
    }

    /// <summary>What every process wrote.</summary>
    public string Output => string.Join('\n', _processes.Select(process => process.Output));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        foreach (var server in new[] { Broker, Redis, Postgres })
        {
            await server.DisposeAsync();
        }
    }

    private async Task StartServersAsync()
    {
        var starting = new[] { TestServers.StartBrokerAsync(), TestServers.StartRedisAsync(), TestServers.StartPostgresAsync() };
        var servers = await Task.WhenAll(starting);
        (Broker, Redis, Postgres) = (servers[0], servers[1], servers[2]);
    }

    private async Task StartServicesAsync(int replicas)
    {
        // All at once, save the console: it is told where the others answer.
        var ingress = StartAsync("ingress", new() { ["ConnectionStrings__redis"] = Redis.ConnectionString, ["Sources__platform__Secrets__0"] = PlatformSecret });
        var consumers = ConsumerNames.ToDictionary(service => service, service => Task.WhenAll(Enumerable.Range(0, replicas).Select(_ => StartReplicaAsync(service))));
        await Task.WhenAll([ingress, .. consumers.Values]);
        Ingress = await ingress;
        foreach (var (service, started) in consumers)
        {
            Consumers[service] = [.. await started];
        }

        var upstreams = ConsumerNames.SelectMany(service => Consumers[service].Select((process, number) =>
            KeyValuePair.Create($"services__{service}__http__{number.ToString(CultureInfo.InvariantCulture)}", (string?)process.Address.ToString())));
        Console = await StartAsync("console", new(upstreams) { ["ConnectionStrings__console"] = Database("console"), ["ApiKey"] = ApiKey });
    }

    private Task<ServiceProcess> StartReplicaAsync(string service, Uri? address = null)
    {
        var environment = new Dictionary<string, string?> { [$"ConnectionStrings__{service}"] = Database(service), ["Provider__Url"] = "http://127.0.0.1:9", ["Provider__Key"] = "none" };
        if (address is not null)
        {
            environment["ASPNETCORE_URLS"] = address.ToString();
        }

        return StartAsync(service, environment);
    }

    private async Task<ServiceProcess> StartAsync(string service, Dictionary<string, string?> environment)
    {
        foreach (var (name, value) in _common)
        {
            environment.TryAdd(name, value);
        }

        var process = await ServiceProcess.StartAsync($"PilotHooks.{char.ToUpperInvariant(service[0])}{service[1..]}", environment);
        _processes.Enqueue(process);
        return process;
    }

    private string Database(string name) => $"{Postgres.ConnectionString};Database={name}";
}
