using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Support;

/// <summary>The console as a real process.</summary>
internal static class ConsoleProcess
{
    public const string TenantKey = "ps_console-tests-tenant-key";
    public const string GatewayToken = "console-tests-gateway-token";

    // Bound and not listening: the port refuses connections, and nobody else on the machine can take it.
    private static readonly Socket Reserved = Bind();

    /// <summary>Nobody listens there.</summary>
    public static readonly Uri Nowhere = new($"http://{Reserved.LocalEndPoint}");

    public static async Task<ServiceProcess> StartAsync(
        string broker, string postgres, string database, IReadOnlyList<Uri>? messaging = null, Uri? numbers = null, Uri? calls = null, Uri? relay = null,
        IReadOnlyDictionary<string, string?>? more = null, bool waitUntilHealthy = true)
    {
        var environment = new Dictionary<string, string?>
        {
            ["ConnectionStrings__broker"] = broker,
            ["ConnectionStrings__console"] = $"{postgres};Database={database};Maximum Pool Size=20",
            ["ApiKey"] = TenantKey,
            ["Gateway__Token"] = GatewayToken,
            // All tests come from one address.
            ["FailedAuthentication__AtOnce"] = "100",
            // What has reached its age goes soon.
            ["Console__Retention__Interval"] = "00:00:02",
            ["services__numbers__http__0"] = (numbers ?? Nowhere).ToString(),
            ["services__calls__http__0"] = (calls ?? Nowhere).ToString(),
            ["services__relay__http__0"] = (relay ?? Nowhere).ToString(),
        };
        foreach (var (address, index) in (messaging ?? [Nowhere]).Select((address, index) => (address, index)))
        {
            environment[$"services__messaging__http__{index}"] = address.ToString();
        }

        foreach (var (name, value) in more ?? new Dictionary<string, string?>())
        {
            environment[name] = value;
        }

        var console = await ServiceProcess.StartAsync("PilotHooks.Console", environment, waitUntilHealthy);
        console.Client.DefaultRequestHeaders.Add("x-api-key", TenantKey);
        return console;
    }

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    /// <summary>A client that carries another key, or none.</summary>
    public static HttpClient ClientWith(this ServiceProcess console, string? key)
    {
        var client = new HttpClient { BaseAddress = console.Address };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Add("x-api-key", key);
        }

        return client;
    }

    /// <summary>Makes a key and returns its id and itself.</summary>
    public static async Task<(string Id, string Key)> CreateKeyAsync(this ServiceProcess console, string? numberId = null)
    {
        using var answer = await console.Client.PostAsJsonAsync("/v1/api-keys", new { name = "Tests", numberId });
        answer.EnsureSuccessStatusCode();
        var key = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        return ((string)key["id"]!, (string)key["key"]!);
    }

    public static async Task<JsonObject> ReadJsonAsync(this HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonObject>())!;

    /// <summary>Checks that it is a problem with a trace id, and returns its words.</summary>
    public static async Task<string> ShouldBeProblemAsync(this HttpResponseMessage answer, int status)
    {
        ((int)answer.StatusCode).ShouldBe(status, await answer.Content.ReadAsStringAsync());
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var problem = await answer.ReadJsonAsync();
        ((int)problem["status"]!).ShouldBe(status);
        ((string?)problem["traceId"]).ShouldNotBeNullOrEmpty();
        return (string?)problem["detail"] ?? "";
    }
}
