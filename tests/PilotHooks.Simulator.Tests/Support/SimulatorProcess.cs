using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PilotHooks.TestSupport;

namespace PilotHooks.Simulator.Tests.Support;

/// <summary>The simulator as a real process.</summary>
internal static class SimulatorProcess
{
    public const string Secret = "whsec_simulator-tests-only-secret";
    public const string ApiKey = "ps_simulator_tests";

    /// <summary>Without faults and without a life of its own, unless asked for.</summary>
    public static async Task<ServiceProcess> StartAsync(Uri ingress, double eventsPerSecond = 0, double duplicates = 0, double shuffle = 0, double retries = 0, double failedSends = 0)
    {
        var service = await ServiceProcess.StartAsync("PilotHooks.Simulator", new Dictionary<string, string?>
        {
            ["services__ingress__http__0"] = ingress.ToString(),
            ["Simulator__EventsPerSecond"] = Text(eventsPerSecond),
            ["Simulator__Duplicates"] = Text(duplicates),
            ["Simulator__Shuffle"] = Text(shuffle),
            ["Simulator__Retries"] = Text(retries),
            ["Simulator__FailedSends"] = Text(failedSends),
            ["Simulator__PlatformSecret"] = $"{Secret},whsec_the-one-before-it",
            ["Simulator__ApiKey"] = ApiKey,
        });
        service.Client.DefaultRequestHeaders.Add("x-api-key", ApiKey);
        return service;

        static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
    }

    public static async Task<JsonObject> GetAsync(this ServiceProcess simulator, string path) => (await simulator.Client.GetFromJsonAsync<JsonObject>(path))!;

    /// <summary>Starts a burst and returns its id.</summary>
    public static async Task<string> BurstAsync(this ServiceProcess simulator, int events, double rate)
    {
        using var answer = await simulator.Client.PostAsJsonAsync("/simulate/burst", new { events, rate });
        answer.EnsureSuccessStatusCode();
        return (string)(await answer.Content.ReadFromJsonAsync<JsonObject>())!["id"]!;
    }
}
