using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using PilotHooks.EndToEnd.Tests.Events;
using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests.AppHost;

/// <summary>The system as its user starts it, with its dashboard, on this machine's own servers.</summary>
public sealed partial class AppHostTests : IAsyncLifetime
{
    private const string PlatformSecret = "whsec_ZW5kLXRvLWVuZC10ZXN0cy1zZWNyZXQ=";

    private readonly string _mark = $"{Guid.NewGuid():N}";
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"pilothooks-apphost-{Guid.NewGuid():N}");
    private readonly int _ingress = FreePort.Next();
    private readonly int _console = FreePort.Next();
    private readonly int _dashboard = FreePort.Next();
    private readonly HttpClient _http = new();
    private ServiceProcess _appHost = null!;
    private string _apiKey = "";

    public Task InitializeAsync() => StartAsync();

    public async Task DisposeAsync()
    {
        await _appHost.DisposeAsync();
        _http.Dispose();
        // The orchestrator takes a moment to stop everything.
        await NothingRunsAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Hard_kill_and_a_stop_leave_nothing_running_and_the_next_start_finds_every_event_and_the_printed_key()
    {
        var every = new EveryEvent();
        await PostAsync(every);
        await every.ShouldBeToldAsync(ReadAsync);
        Processes.With(_mark).Count.ShouldBeGreaterThan(8);
        var key = _apiKey;

        _appHost.KillAlone();
        await NothingRunsAsync();
        await ShouldBeClosedAsync(_ingress);
        await ShouldBeClosedAsync(_console);
        await ShouldBeClosedAsync(_dashboard);

        await _appHost.DisposeAsync();
        await StartAsync();
        _apiKey.ShouldBe(key);
        await every.ShouldBeToldAsync(ReadAsync);

        await _appHost.StopAsync();
        _appHost.ExitCode.ShouldBe(0);
        // The orchestrator ends after the AppHost, when it has stopped everything: 10 to 18 seconds on an idle machine.
        await NothingRunsAsync();
        await ShouldBeClosedAsync(_ingress);
        await ShouldBeClosedAsync(_console);
    }

    private async Task StartAsync()
    {
        _appHost = await ServiceProcess.StartAsync(
            "PilotHooks.AppHost",
            new Dictionary<string, string?>
            {
                [Processes.MarkName] = _mark,
                // What its launch profile says, on a port of its own.
                ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{_dashboard}",
                ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
                ["DOTNET_ENVIRONMENT"] = "Development",
            },
            waitUntilHealthy: false,
            "--servers", "native",
            "--data", _data,
            "--simulator", "off",
            "--ports:ingress", Text(_ingress),
            "--ports:console", Text(_console),
            "--Parameters:platform-secret", PlatformSecret,
            "--Parameters:provider-url", "http://127.0.0.1:9",
            "--Parameters:provider-key", "none");
        // It is printed when the console is up, which waits for what it asks.
        _apiKey = await Eventually.GetAsync(() => Task.FromResult(PrintedKey()), key => key.Length > 0, TimeSpan.FromMinutes(5));
        await HealthyAsync(_console);
        await HealthyAsync(_ingress);
        _appHost.Output.ShouldContain($":{_dashboard}/login?t=");
    }

    private string PrintedKey()
        => _appHost.HasExited ? throw new InvalidOperationException($"The AppHost ended:\n{_appHost.Output}") : KeyLine().Match(_appHost.Output).Groups["key"].Value;

    private async Task HealthyAsync(int port)
    {
        using var answer = await Eventually.GetAsync(() => _http.GetAsync(new Uri($"http://127.0.0.1:{port}/health")), health => health.IsSuccessStatusCode);
    }

    private Task PostAsync(EveryEvent every)
        => Task.WhenAll([.. every.Whatsapp.Select(body => PostAsync(body, "whatsapp")), .. every.Platform.Select(body => PostAsync(body, "platform"))]);

    private async Task PostAsync(string body, string source)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{_ingress}/hooks/{source}") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-Webhook-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(PlatformSecret), bytes)));
        using var answer = await _http.SendAsync(request);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonElement?> ReadAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{_console}/{path}");
        request.Headers.Add("x-api-key", _apiKey);
        using var answer = await _http.SendAsync(request);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>() : null;
    }

    private Task NothingRunsAsync()
        => Eventually.GetAsync(() => Task.FromResult(string.Join('\n', Processes.With(_mark))), running => running.Length == 0, TimeSpan.FromSeconds(60));

    private static async Task ShouldBeClosedAsync(int port)
    {
        using var client = new TcpClient();
        await Should.ThrowAsync<SocketException>(() => client.ConnectAsync("127.0.0.1", port));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("API key +(?<key>ps_[A-Za-z0-9]+)")]
    private static partial Regex KeyLine();
}
