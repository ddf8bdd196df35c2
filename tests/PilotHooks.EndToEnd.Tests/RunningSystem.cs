using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests;

/// <summary>
/// The AppHost as it is, run by Aspire's own orchestrator on servers and a data folder of its own: what a provider posts to
/// and what a user asks. The simulator is off, so that nothing comes in but what a test posts.
/// </summary>
public sealed class RunningSystem : IAsyncDisposable
{
    public const string ApiKey = "ps_end-to-end-tests";
    public const string PlatformSecret = "whsec_ZW5kLXRvLWVuZC10ZXN0cy1zZWNyZXQ=";
    public const string GatewayToken = "a-token-that-the-services-share";

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly DistributedApplication _app;
    private readonly SystemServers _servers;

    private RunningSystem(DistributedApplication app, SystemServers servers)
    {
        _app = app;
        _servers = servers;
        Resources = new SystemResources(app, servers);
    }

    /// <summary>Its servers and services, to stop and start.</summary>
    public SystemResources Resources { get; }

    /// <summary>
    /// Starts everything and waits until all of it is healthy; <paramref name="environment"/> is given to every service, and
    /// each consumer has this many replicas.
    /// </summary>
    public static async Task<RunningSystem> StartAsync(int replicas = 1, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var servers = await SystemServers.StartAsync();
        string[] consumers = ["messaging", "numbers", "calls", "relay"];
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.PilotHooks_AppHost>(
        [
            .. servers.Arguments,
            "--simulator", "off",
            "--Parameters:api-key", ApiKey,
            "--Parameters:platform-secret", PlatformSecret,
            "--Parameters:gateway-token", GatewayToken,
            "--Parameters:provider-url", "http://127.0.0.1:9",
            "--Parameters:provider-key", "none",
            .. consumers.SelectMany(service => new[] { $"--scale:{service}", replicas.ToString(CultureInfo.InvariantCulture) }),
        ]);
        // What a failed test needs of it is asked for (SystemResources.OutputAsync).
        builder.Services.AddLogging(logging => logging.ClearProviders());
        foreach (var service in builder.Resources.OfType<ProjectResource>())
        {
            service.Annotations.Add(new EnvironmentCallbackAnnotation(context =>
            {
                // There is no dashboard here to export to.
                context.EnvironmentVariables.Remove("OTEL_EXPORTER_OTLP_ENDPOINT");
                foreach (var (name, value) in environment ?? ImmutableDictionary<string, string?>.Empty)
                {
                    context.EnvironmentVariables[name] = value!;
                }
            }));
        }

        var system = new RunningSystem(await builder.BuildAsync(), servers);
        try
        {
            await system._app.StartAsync();
            await system.Resources.AllHealthyAsync();
            return system;
        }
        catch (Exception exception)
        {
            var output = await system.Resources.OutputAsync();
            await system.DisposeAsync();
            throw new InvalidOperationException($"The system did not start: {exception.Message}\n{output}", exception);
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
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_app.GetEndpoint("ingress"), $"hooks/{source}"));
        request.Content = new ByteArrayContent(bytes);
        request.Content.Headers.ContentType = new("application/json");
        if (source == "platform")
        {
            var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(PlatformSecret), bytes);
            request.Headers.Add("X-Webhook-Signature", Convert.ToHexStringLower(signature));
        }

        return await _http.SendAsync(request);
    }

    /// <summary>Sends a request, whose address is a path of the ingress (<c>hooks/...</c>) or of the console.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        var path = request.RequestUri!.OriginalString.TrimStart('/');
        request.RequestUri = new Uri(_app.GetEndpoint(path.StartsWith("hooks/", StringComparison.Ordinal) ? "ingress" : "console"), path);
        return _http.SendAsync(request);
    }

    /// <summary>Asks the API with the tenant's key.</summary>
    public async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(_app.GetEndpoint("console"), path));
        request.Content = body is null ? null : JsonContent.Create(body);
        request.Headers.Add("x-api-key", ApiKey);
        return await _http.SendAsync(request);
    }

    /// <summary>Reads from the API; an error is an exception, save 404, which is null.</summary>
    public async Task<JsonElement?> ReadAsync(string path)
    {
        using var answer = await AskAsync(HttpMethod.Get, path);
        return answer.StatusCode == HttpStatusCode.NotFound
            ? null
            : await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Every item of a list, over all its pages; none where what it belongs to is not known yet.</summary>
    public async Task<List<JsonElement>> ReadAllAsync(string path)
    {
        var items = new List<JsonElement>();
        var first = $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=200";
        string? cursor = null;
        do
        {
            if (await ReadAsync(cursor is null ? first : $"{first}&cursor={cursor}") is not { } page)
            {
                return items;
            }

            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return items;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await _servers.DisposeAsync();
    }
}
