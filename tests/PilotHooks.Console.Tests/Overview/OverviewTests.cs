using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using PilotHooks.Console.Tests.Support;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Figures;
using PilotHooks.TestSupport;
using RabbitMQ.Client;

namespace PilotHooks.Console.Tests.Overview;

/// <summary>With a broker of its own, whose queues are seen by nobody else.</summary>
public sealed class OverviewTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string?> Quick = new() { ["Figures__Interval"] = "00:00:00.250", ["Overview__Resolution"] = "00:00:00.500" };

    private readonly string _database = $"console_{Guid.NewGuid():N}";
    private TestServer _broker = null!;
    private TestServer _postgres = null!;
    private FakeService _numbers = null!;
    private FakeService _relay = null!;
    private ServiceProcess _console = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestServers.StartBrokerAsync();
        _postgres = await TestServers.PostgresAsync();
        _numbers = await FakeService.StartAsync("numbers");
        _relay = await FakeService.StartAsync("relay");
        _console = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _console.DisposeAsync();
        await _numbers.DisposeAsync();
        await _relay.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Reports_of_all_replicas_are_shown_and_outlive_a_restart_of_the_console()
    {
        var at = DateTimeOffset.UtcNow.AddMinutes(-5);
        await PublishAsync(
            Duplicates(at, 1, "1"), Duplicates(at, 2, "2"), Duplicates(at.AddSeconds(5), 4, "1"), Duplicates(at.AddSeconds(5), 4, "1"), Duplicates(at.AddHours(-2), 800, "1"));
        await PublishRawAsync("no report"u8.ToArray());

        var overview = await Eventually.GetAsync(() => ReadAsync(_console), overview => Total(overview) == 7);
        overview["duplicates"]!["perSecond"]!.AsArray().Count.ShouldBe(7200);
        ((DateTimeOffset)overview["until"]! - (DateTimeOffset)overview["from"]!).ShouldBe(TimeSpan.FromHours(1));
        overview["events"]!.AsObject().Select(kind => kind.Key).ShouldBe(Queues.ByEvent.Keys.Select(kind => kind.Name), ignoreOrder: true);
        overview["services"]!.AsArray().Select(service => (string)service!["service"]!).ShouldContain("ingress");
        var minutes = (await _console.Client.GetFromJsonAsync<JsonObject>("/v1/overview?points=60"))!;
        minutes["duplicates"]!["perSecond"]!.AsArray().Count.ShouldBe(60);
        ((double)minutes["resolutionSeconds"]!).ShouldBe(60);
        Total(minutes).ShouldBe(7);
        (await (await _console.Client.GetAsync("/v1/overview?points=0")).ShouldBeProblemAsync(400)).ShouldContain("points");

        _console.Kill();
        await _console.DisposeAsync();
        await PublishAsync(Duplicates(at.AddSeconds(10), 8, "1"));
        _console = await StartAsync();

        await Eventually.GetAsync(() => ReadAsync(_console), overview => Total(overview) == 15);
    }

    [Fact]
    public async Task Depth_and_age_grow_while_a_queue_has_no_consumer()
    {
        await using (var service = await FaultingService.StartAsync(_broker.ConnectionString))
        {
            await service.PublishAsync(poisonous: false);
            await Eventually.GetAsync(() => QueueAsync(Queues.MessagingStatuses), queue => (int?)queue["consumers"] == 1 && (double?)queue["depth"]!["now"] == 0);
            ((double?)(await QueueAsync(Queues.MessagingStatuses))["ageSeconds"]!["now"]).ShouldBe(0);
        }

        await using var bus = await EventBus.StartAsync(_broker.ConnectionString);
        await bus.PublishAsync(Status());
        await bus.PublishAsync(Status());

        var stopped = await Eventually.GetAsync(
            () => QueueAsync(Queues.MessagingStatuses),
            queue => (int?)queue["consumers"] == 0 && (double?)queue["depth"]!["now"] == 2 && (double?)queue["ageSeconds"]!["now"] > 1);
        ((string)stopped["service"]!).ShouldBe("messaging");
    }

    [Fact]
    public async Task Numbers_endpoints_and_dead_letters_are_counted_and_null_while_their_service_is_away()
    {
        _numbers.Answer = context => context.Request.Path == "/internal/numbers/counts" && InternalCalls.ReadCaller(context.Request.Headers["x-pilothooks-caller"], ConsoleProcess.GatewayToken) is not null
            ? context.Response.WriteAsync("""{"known":5,"down":2,"ill":1}""")
            : throw new InvalidOperationException();
        _relay.Answer = context => context.Response.WriteAsync(context.Request.Query["cursor"].Count == 0
            ? """{"items":[{"id":"wh_1"},{"id":"wh_2"}],"next":"further"}"""
            : """{"items":[{"id":"wh_3"}],"next":null}""");

        var overview = await Eventually.GetAsync(() => ReadAsync(_console), overview => overview["numbers"] is not null && overview["endpoints"] is not null);
        ((int)overview["numbers"]!["known"]!, (int)overview["numbers"]!["down"]!, (int)overview["numbers"]!["ill"]!).ShouldBe((5, 2, 1));
        ((int)overview["endpoints"]!["failing"]!).ShouldBe(3);
        ((int)overview["deadLetters"]!["open"]!).ShouldBe(0);

        _numbers.Answer = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        await _relay.DisposeAsync();
        overview = await Eventually.GetAsync(() => ReadAsync(_console), overview => overview["numbers"] is null && overview["endpoints"] is null);
        ((int)overview["deadLetters"]!["open"]!).ShouldBe(0);
    }

    [Fact]
    public async Task Broker_that_is_away_leaves_the_overview_as_it_was()
    {
        await PublishAsync(Duplicates(DateTimeOffset.UtcNow.AddMinutes(-5), 7, "1"));
        await Eventually.GetAsync(() => ReadAsync(_console), overview => Total(overview) == 7);
        await Eventually.GetAsync(() => ReadAsync(_console), overview => overview["services"]!.AsArray().Any(service => (string)service!["service"]! == "console"));

        await _broker.KillAsync();
        await Eventually.GetAsync(() => ReadAsync(_console), overview => overview["services"]!.AsArray().Any(service => (string)service!["service"]! == "console" && (int)service["replicas"]! == 0));
        Total(await ReadAsync(_console)).ShouldBe(7);
        await _broker.StartAsync();

        await Eventually.GetAsync(() => ReadAsync(_console), overview => overview["services"]!.AsArray().Any(service => (string)service!["service"]! == "console" && (int)service["replicas"]! == 1));
    }

    [Fact]
    public async Task Number_scoped_key_is_refused()
    {
        var (_, key) = await _console.CreateKeyAsync("cmm0number");
        using var client = _console.ClientWith(key);
        using var nobody = _console.ClientWith(null);

        (await (await client.GetAsync("/v1/overview")).ShouldBeProblemAsync(403)).ShouldContain("bound to one");
        await (await nobody.GetAsync("/v1/overview")).ShouldBeProblemAsync(401);
    }

    private Task<ServiceProcess> StartAsync()
        => ConsoleProcess.StartAsync(_broker.ConnectionString, _postgres.ConnectionString, _database, numbers: _numbers.Address, relay: _relay.Address, more: Quick);

    private async Task<JsonObject> QueueAsync(string name)
        => (await ReadAsync(_console))["queues"]!.AsArray().Single(queue => (string)queue!["queue"]! == name)!.AsObject();

    private static async Task<JsonObject> ReadAsync(ServiceProcess console) => (await console.Client.GetFromJsonAsync<JsonObject>("/v1/overview"))!;

    private static long Total(JsonObject overview) => (long)overview["duplicates"]!["total"]!;

    private static FigureReport Duplicates(DateTimeOffset at, long count, string replica)
        => Reports.Of("ingress", at, new Dictionary<string, long> { ["pilothooks.ingress.duplicates"] = count }, replica: replica);

    private static MessageStatusReported Status()
        => new(Guid.NewGuid(), "message.sent", "whatsapp", "cmm0", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, "{}"u8.ToArray());

    private Task PublishAsync(params FigureReport[] reports)
        => PublishRawAsync([.. reports.Select(report => JsonSerializer.SerializeToUtf8Bytes(report, ApiJson.Options))]);

    private async Task PublishRawAsync(params byte[][] bodies)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(_broker.ConnectionString) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await FigureQueue.DeclareAsync(channel, CancellationToken.None);
        foreach (var body in bodies)
        {
            await channel.BasicPublishAsync("", Queues.ConsoleFigures, mandatory: true, body: body);
        }
    }
}
