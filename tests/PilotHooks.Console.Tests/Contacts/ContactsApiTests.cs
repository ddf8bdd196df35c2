using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Npgsql;
using PilotHooks.Console.Tests.Support;
using PilotHooks.Contracts;
using PilotHooks.TestSupport;
using RabbitMQ.Client;

namespace PilotHooks.Console.Tests.Contacts;

public sealed class ContactsApiTests : IAsyncLifetime
{
    private const string Contact = "%2B55%20(11)%2098765-4321";

    private readonly string _database = $"console_{Guid.NewGuid():N}";
    private readonly Uri _relay = new($"http://127.0.0.1:{FreePort.Next()}");
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly List<IAsyncDisposable> _parts = [];
    private FakeService _messaging = null!;
    private FakeService _numbers = null!;
    private FakeService _calls = null!;
    private TestServer _broker = null!;
    private ServiceProcess _console = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestServers.StartBrokerAsync();
        (_messaging, _numbers, _calls) = (await ServiceAsync("messaging"), await ServiceAsync("numbers"), await ServiceAsync("calls"));
        await using (var connection = await new ConnectionFactory { Uri = new Uri(_broker.ConnectionString) }.CreateConnectionAsync())
        await using (var channel = await connection.CreateChannelAsync())
        {
            await channel.QueueDeclareAsync(Queues.IngressIntake, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        }

        _console = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _console.DisposeAsync();
        foreach (var part in _parts)
        {
            await part.DisposeAsync();
        }

        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Erasure_tells_what_went_from_every_service()
    {
        await ServiceAsync("relay", _relay);

        using var answer = await _console.Client.DeleteAsync($"/v1/contacts/{Contact}");

        ((int)answer.StatusCode).ShouldBe(202);
        answer.Headers.Location.ShouldBeNull();
        var erasure = await answer.ReadJsonAsync();
        erasure["erased"]!.AsObject().ToDictionary(of => of.Key, of => (long)of.Value!)
            .ShouldBe(new Dictionary<string, long> { ["messaging"] = 3, ["numbers"] = 3, ["calls"] = 3, ["relay"] = 3, ["console"] = 0, ["ingress"] = 0 }, ignoreOrder: true);
        _asked.Count.ShouldBe(4);
        _asked.ShouldAllBe(body => body.Contains("+5511987654321", StringComparison.Ordinal));
        await ShouldHoldNobodyAsync();
    }

    [Fact]
    public async Task Erasure_waits_for_a_service_that_is_away_and_outlives_the_console()
    {
        using var answer = await _console.Client.DeleteAsync($"/v1/contacts/{Contact}");

        ((int)answer.StatusCode).ShouldBe(202);
        var location = answer.Headers.Location.ShouldNotBeNull().ToString();
        var begun = await answer.ReadJsonAsync();
        ((string)begun["status"]!).ShouldBe("running");
        begun["waiting"]!.AsArray().Select(service => (string)service!).ShouldBe(["relay"]);
        begun["erased"]!.AsObject().ContainsKey("messaging").ShouldBeTrue();
        await ShouldHoldNobodyAsync();

        // Asked again, it is the same.
        using (var again = await _console.Client.DeleteAsync("/v1/contacts/5511987654321"))
        {
            again.Headers.Location!.ToString().ShouldBe(location);
        }

        _console.Kill();
        await _console.DisposeAsync();
        await ServiceAsync("relay", _relay);
        _console = await StartAsync();
        var done = await Eventually.GetAsync(async () => await (await _console.Client.GetAsync(location)).ReadJsonAsync(), state => (string?)state["status"] == "finished");
        done["waiting"]!.AsArray().ShouldBeEmpty();
        ((long)done["erased"]!["relay"]!).ShouldBe(3);
        await using var database = Database();
        (await database.CreateCommand("SELECT count(*) FROM contact_erasures WHERE contact IS NOT NULL").ExecuteScalarAsync()).ShouldBe(0L);
    }

    [Fact]
    public async Task Key_of_a_number_erases_and_exports_nobody()
    {
        var (_, key) = await _console.CreateKeyAsync("num_1");
        using var client = _console.ClientWith(key);

        await (await client.DeleteAsync($"/v1/contacts/{Contact}")).ShouldBeProblemAsync(403);
        await (await client.GetAsync($"/v1/contacts/{Contact}/export")).ShouldBeProblemAsync(403);
        await (await client.GetAsync($"/v1/erasures/{Guid.NewGuid()}")).ShouldBeProblemAsync(403);
        _asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Contact_that_names_nobody_is_refused()
    {
        await (await _console.Client.DeleteAsync("/v1/contacts/%20")).ShouldBeProblemAsync(400);
        await (await _console.Client.DeleteAsync($"/v1/contacts/{new string('a', 257)}")).ShouldBeProblemAsync(400);
        await (await _console.Client.GetAsync("/v1/contacts/%20/export")).ShouldBeProblemAsync(400);
        await (await _console.Client.GetAsync($"/v1/erasures/{Guid.NewGuid()}")).ShouldBeProblemAsync(404);
    }

    [Fact]
    public async Task Export_is_not_begun_while_a_service_is_away_and_is_whole_otherwise()
    {
        (await (await _console.Client.GetAsync($"/v1/contacts/{Contact}/export")).ShouldBeProblemAsync(503)).ShouldContain("relay");
        await ServiceAsync("relay", _relay);

        using var answer = await Eventually.GetAsync(() => _console.Client.GetAsync($"/v1/contacts/{Contact}/export"), answer => answer.IsSuccessStatusCode);

        var export = await answer.ReadJsonAsync();
        ((string)export["contact"]!).ShouldBe("+5511987654321");
        export.Select(part => part.Key).ShouldBe(["contact", "exportedAt", "messaging", "numbers", "calls", "relay", "console"]);
        export["relay"]!["service"]!.GetValue<string>().ShouldBe("relay");
        export["console"]!["deadLetters"]!.AsArray().ShouldBeEmpty();
    }

    private async Task<FakeService> ServiceAsync(string name, Uri? address = null)
    {
        var service = await FakeService.StartAsync(name, address);
        service.Answer = async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            if (context.Request.Path == "/internal/contacts/erase")
            {
                _asked.Enqueue(body);
            }

            await context.Response.WriteAsJsonAsync(new { erased = 3, service = name });
        };
        _parts.Add(service);
        return service;
    }

    private async Task<ServiceProcess> StartAsync() => await ConsoleProcess.StartAsync(
        _broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, _database, [_messaging.Address], _numbers.Address, _calls.Address, _relay);

    private NpgsqlDataSource Database() => NpgsqlDataSource.Create($"{TestServers.PostgresAsync().Result.ConnectionString};Database={_database}");

    private async Task ShouldHoldNobodyAsync()
    {
        await using var database = Database();
        var rows = (string?)await database.CreateCommand("SELECT string_agg(e::text, '') || (SELECT string_agg(c::text, '') FROM erased_contacts c) FROM contact_erasures e").ExecuteScalarAsync();
        rows.ShouldNotBeNull();
        rows.ShouldNotContain("987654321");
        rows.ShouldNotContain(Convert.ToHexStringLower("987654321"u8));
    }
}
