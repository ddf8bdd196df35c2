using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PilotHooks.TestSupport;

namespace PilotHooks.Browser.Tests.Support;

/// <summary>The whole system as its user starts it, with the simulated business at a low pace, and a browser in front of it.</summary>
public sealed partial class ConsoleSystem : IAsyncLifetime
{
    /// <summary>Some calls of the browser know no time-out of their own.</summary>
    private static readonly TimeSpan VisitWithin = TimeSpan.FromMinutes(3);

    private const string PlatformSecret = "whsec_YnJvd3Nlci10ZXN0cy1zZWNyZXQtMDEyMw==";

    /// <summary>Milliseconds that a page may take for whatever is waited for: a busy machine is no fault of it.</summary>
    private const float Patience = 30_000;

    private readonly string _data = TestFolders.Make("system");
    private readonly HttpClient _http = new();
    private ServiceProcess _appHost = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private string _session = "";

    /// <summary>The AppHost's own servers of this machine, as a user has them, but where the tests are told which ones to take.</summary>
    public static bool HasOwnServers { get; } = !TestServers.AreChosen && !TestServers.AreContainers;

    /// <summary>Where the console answers, without a slash at the end.</summary>
    public string Address { get; } = $"http://localhost:{FreePort.Next()}";

    /// <summary>Where webhooks are posted to.</summary>
    public string Ingress { get; } = $"http://localhost:{FreePort.Next()}";

    /// <summary>The simulator.</summary>
    public string Simulator { get; } = $"http://localhost:{FreePort.Next()}";

    /// <summary>The printed link that signs in.</summary>
    public string SignInLink { get; private set; } = "";

    /// <summary>The printed link that opens Aspire's dashboard.</summary>
    public string DashboardLink { get; private set; } = "";

    /// <summary>The tenant's key.</summary>
    public string ApiKey { get; private set; } = "";

    /// <summary>The API with the tenant's key.</summary>
    public HttpClient Api { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _appHost = await ServiceProcess.StartAsync(
            "PilotHooks.AppHost",
            new Dictionary<string, string?>
            {
                ["ASPNETCORE_URLS"] = $"http://localhost:{FreePort.Next()}", // The dashboard's.
                ["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true",
                ["Simulator__EventsPerSecond"] = "1",
            },
            waitUntilHealthy: false,
            [
                "--data", _data,
                "--ports:ingress", Port(Ingress),
                "--ports:console", Port(Address),
                "--ports:simulator", Port(Simulator),
                "--Parameters:platform-secret", PlatformSecret,
                .. await ServersAsync(),
            ]);
        var printed = await Eventually.GetAsync(() => Task.FromResult(Printed().Match(_appHost.Output)), match => match.Success || _appHost.HasExited, TimeSpan.FromMinutes(7));
        printed.Success.ShouldBeTrue(_appHost.Output);
        SignInLink = printed.Groups["link"].Value;
        DashboardLink = DashboardLogin().Match(_appHost.Output).Value;
        ApiKey = printed.Groups["key"].Value;
        Api = new HttpClient { BaseAddress = new Uri(Address) };
        Api.DefaultRequestHeaders.Add("x-api-key", ApiKey);

        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
        _session = await SignInAsync();
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        Api?.Dispose();
        _http.Dispose();
        if (_appHost is not null)
        {
            await _appHost.StopAsync();
            await _appHost.DisposeAsync();
        }

        TestFolders.Delete(_data);
    }

    /// <summary>
    /// Opens a page and does something with it. Fails if it then has said an error, or asked for anything that is not on
    /// this machine.
    /// </summary>
    public Task VisitAsync(string path, Func<IPage, Task> act, Viewer? viewer = null) => VisitAsync(path, viewer ?? new Viewer(), act).WaitAsync(VisitWithin);

    private async Task VisitAsync(string path, Viewer viewer, Func<IPage, Task> act)
    {
        await using var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address,
            ViewportSize = new ViewportSize { Width = viewer.Width, Height = viewer.Height },
            ColorScheme = viewer.IsDark ? ColorScheme.Dark : ColorScheme.Light,
            Locale = viewer.Language,
            TimezoneId = viewer.Zone,
            JavaScriptEnabled = viewer.HasScript,
            ReducedMotion = ReducedMotion.Reduce,
            StorageState = viewer.IsSignedIn ? _session : null,
        });
        await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"], new BrowserContextGrantPermissionsOptions { Origin = Address });
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        var faults = Faults.Of(page, Address, viewer.Expects);
        await page.GotoAsync(path);
        await act(page);
        faults.ShouldBeNone();
    }

    /// <summary>Opens Aspire's dashboard, which is not ours: what it says in the browser's console is no fault of a page.</summary>
    public async Task VisitDashboardAsync(Func<IPage, Task> act)
    {
        await using var context = await _browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 900 } });
        context.SetDefaultTimeout(Patience);
        await act(await context.NewPageAsync()).WaitAsync(VisitWithin);
    }

    /// <summary>Posts an event to the ingress as the provider of this source does.</summary>
    public async Task PostAsync(string body, string source = "whatsapp")
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Ingress}/hooks/{source}") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("X-Webhook-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(PlatformSecret), bytes)));
        using var answer = await _http.SendAsync(request);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Reads the API until the answer is as wanted.</summary>
    public Task<JsonNode> ReadAsync(string path, Func<JsonNode, bool> until)
        => Eventually.GetAsync(async () => (await Api.GetFromJsonAsync<JsonNode>(path))!, until);

    /// <summary>Makes a key and returns its id and itself.</summary>
    public async Task<(string Id, string Key)> CreateKeyAsync(string name, string? numberId = null)
    {
        using var answer = await Api.PostAsJsonAsync("/v1/api-keys", new { name, numberId });
        answer.EnsureSuccessStatusCode();
        var key = (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
        return ((string)key["id"]!, (string)key["key"]!);
    }

    /// <summary>The state of a browser in which somebody has used the link.</summary>
    private async Task<string> SignInAsync()
    {
        await using var context = await _browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(SignInLink);
        return await context.StorageStateAsync();
    }

    /// <summary>Its broker, as whoever administers it comes to it.</summary>
    public async Task<string> BrokerAsync()
    {
        if (!HasOwnServers)
        {
            return (await TestServers.BrokerAsync()).ConnectionString;
        }

        var configuration = await File.ReadAllTextAsync(Path.Combine(_data, "rabbitmq", "rabbitmq.conf"));
        var password = await File.ReadAllTextAsync(Path.Combine(_data, "secrets", "broker-password"));
        return $"amqp://pilothooks:{password}@{Listener().Match(configuration).Groups["address"].Value}";
    }

    private static async Task<string[]> ServersAsync() => HasOwnServers
        ? ["--servers", "native"]
        :
        [
            "--servers", "external",
            "--ConnectionStrings:broker", (await TestServers.BrokerAsync()).ConnectionString,
            "--ConnectionStrings:redis", (await TestServers.RedisAsync()).ConnectionString,
            "--ConnectionStrings:postgres", (await TestServers.PostgresAsync()).ConnectionString,
        ];

    private static string Port(string address) => new Uri(address).Port.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"listeners\.tcp\.1 = (?<address>\S+)")]
    private static partial Regex Listener();

    [GeneratedRegex("http://\\S+/login\\?t=[0-9a-f]+")]
    private static partial Regex DashboardLogin();

    [GeneratedRegex(@"Console +(?<link>http://\S+/sign-in/\S+)(.|\n)*API key +(?<key>ps_[A-Za-z0-9]+)")]
    private static partial Regex Printed();
}

/// <summary>One system for all tests of the assembly, which therefore run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ConsoleCollection : ICollectionFixture<ConsoleSystem>
{
    public const string Name = "console";
}
