using System.Net.Http.Json;
using System.Text.Json;
using PilotHooks.TestSupport;

namespace PilotHooks.Migrations.Tests;

public sealed class UpgradeTests
{
    private const string Token = "a token of at least sixteen letters";

    [Fact]
    public async Task Services_read_what_the_version_before_stored_once_the_databases_are_migrated()
    {
        var environment = await EnvironmentAsync(FormerDatabase.RestoreAsync);
        // They wait for the migrations, whichever of the two runs that begin together applies them.
        await using var messaging = await StartServiceAsync("Messaging", environment);
        await using var numbers = await StartServiceAsync("Numbers", environment);
        await using var calls = await StartServiceAsync("Calls", environment);
        await using var relay = await StartServiceAsync("Relay", environment);
        environment["services__messaging__http__0"] = messaging.Address.ToString();
        environment["services__numbers__http__0"] = numbers.Address.ToString();
        environment["services__calls__http__0"] = calls.Address.ToString();
        environment["services__relay__http__0"] = relay.Address.ToString();
        await using var console = await StartServiceAsync("Console", environment);

        var runs = await Task.WhenAll(MigrationRun.OfAsync(environment), MigrationRun.OfAsync(environment));

        runs.ShouldAllBe(run => run.ExitCode == 0, string.Join('\n', runs.Select(run => run.Output)));
        await Task.WhenAll(new[] { messaging, numbers, calls, relay, console }.Select(service => service.WaitUntilHealthyAsync()));
        var message = await ReadAsync(console, "v1/messages/out");
        message.GetProperty("status").GetString().ShouldBe("read");
        message.GetProperty("replies")[0].GetProperty("id").GetString().ShouldBe("reply");
        (await ReadAsync(console, "v1/forms")).ToString().ShouldContain("form-1");
        (await ReadAsync(console, "v1/numbers/num-1")).GetProperty("health").GetString().ShouldBe("degraded");
        (await ReadAsync(console, "v1/calls/call-1")).GetProperty("durationSeconds").GetInt32().ShouldBe(7);
        var endpoint = (await ReadAsync(console, "v1/webhooks")).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "CRM");
        (await ReadAsync(console, $"v1/webhooks/{endpoint.GetProperty("id").GetString()}/logs")).GetProperty("items").GetArrayLength().ShouldBePositive();
        (await ReadAsync(console, "v1/dead-letters")).ToString().ShouldContain("Of the time before.");
        (await ReadAsync(console, "v1/api-keys")).ToString().ShouldContain("shop");
    }

    [Fact]
    public async Task Migrations_make_the_databases_that_are_missing_and_say_what_they_did()
    {
        var environment = await EnvironmentAsync(async name =>
        {
            var database = await FormerDatabase.CreateAsync(name);
            await database.DropAsync();
            return database;
        });

        var run = await MigrationRun.OfAsync(environment);

        run.ExitCode.ShouldBe(0, run.Output);
        run.Output.ShouldContain("V001__relay.sql");
        run.Output.ShouldContain("All 5 databases are up to date");
    }

    [Fact]
    public async Task Migrations_end_with_the_reason_when_one_cannot_be_applied()
    {
        var environment = await EnvironmentAsync(FormerDatabase.CreateAsync);
        environment.Remove("ConnectionStrings__calls");

        var run = await MigrationRun.OfAsync(environment);

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain("ConnectionStrings:calls is not configured");
    }

    private static async Task<Dictionary<string, string?>> EnvironmentAsync(Func<string, Task<FormerDatabase>> make)
    {
        var environment = new Dictionary<string, string?>
        {
            ["ConnectionStrings__broker"] = (await TestServers.BrokerAsync()).ConnectionString,
            ["Gateway__Token"] = Token,
            ["ApiKey"] = Token,
            ["Relay__AllowPrivateEndpoints"] = "true",
            ["Migrations__ApplyOnStart"] = "false",
        };
        foreach (var name in ServiceDatabases.Names)
        {
            environment[$"ConnectionStrings__{name}"] = (await make(name)).ConnectionString;
        }

        return environment;
    }

    private static Task<ServiceProcess> StartServiceAsync(string name, IReadOnlyDictionary<string, string?> environment)
        => ServiceProcess.StartAsync($"PilotHooks.{name}", environment, waitUntilHealthy: false);

    private static async Task<JsonElement> ReadAsync(ServiceProcess console, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("x-api-key", Token);
        using var answer = await console.Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
