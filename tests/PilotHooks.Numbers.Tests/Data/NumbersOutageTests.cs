using System.Text.Json;
using PilotHooks.Contracts;
using PilotHooks.TestSupport;

namespace PilotHooks.Numbers.Tests.Data;

/// <summary>Real replicas of the service, on servers that are stopped under them.</summary>
public sealed class NumbersOutageTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 2, 24, 15, 0, 0, TimeSpan.Zero);
    private static readonly string[] Names = ["number.created", "number.connected", "number.disconnected", "number.health_degraded", "number.recovered"];
    private TestServer _broker = null!;
    private TestServer _postgres = null!;
    private EventBus _bus = null!;
    private Dictionary<string, string?> _environment = null!;

    public async Task InitializeAsync()
    {
        // Servers of its own, since the replicas of this test must not share the queue with another one's.
        _broker = await TestServers.StartBrokerAsync();
        _postgres = await TestServers.StartPostgresAsync();
        _environment = NumbersFixture.Environment(_broker.ConnectionString, _postgres.ConnectionString);
        _bus = await EventBus.StartAsync(_broker.ConnectionString);
    }

    [Fact]
    public async Task Events_wait_in_the_broker_while_the_database_is_away()
    {
        await using var service = await ServiceProcess.StartAsync("PilotHooks.Numbers", _environment);
        var numberId = NumberEvents.NewNumberId();
        await _bus.PublishAsync(NumberEvents.Make("number.created", numberId, Start));
        await CountAsync(service, numberId, 1);

        await _postgres.KillAsync();
        await _bus.PublishAsync(Enumerable.Range(1, 30).Select(i => NumberEvents.Make("number.connected", numberId, Start.AddSeconds(i))));
        await Eventually.GetAsync(() => Task.FromResult(service.Output), output => output.Contains("The database is away", StringComparison.Ordinal));
        await _postgres.StartAsync();

        (await CountAsync(service, numberId, 31)).ShouldBe(31);
    }

    [Fact]
    public async Task Replicas_agree_when_one_is_killed_amid_duplicates_in_any_order()
    {
        await using var survivor = await ServiceProcess.StartAsync("PilotHooks.Numbers", _environment);
        await using var victim = await ServiceProcess.StartAsync("PilotHooks.Numbers", _environment);
        var random = new Random(20260224);
        var ids = Enumerable.Range(0, 6).Select(_ => NumberEvents.NewNumberId()).ToArray();
        var events = ids.SelectMany(id => Enumerable.Range(0, 60).Select(i => NumberEvents.Make(Names[random.Next(Names.Length)], id, Start.AddSeconds(i)))).ToArray();
        NumberChanged[] deliveries = [.. events, .. events, .. events];
        random.Shuffle(deliveries);

        await _bus.PublishAsync(deliveries.Take(deliveries.Length / 2));
        victim.Kill();
        await _bus.PublishAsync(deliveries.Skip(deliveries.Length / 2));

        foreach (var number in events.GroupBy(message => message.NumberId!))
        {
            (await CountAsync(survivor, number.Key, number.Count())).ShouldBe(number.Count());
            using var response = await NumbersFixture.GetAsync(survivor, $"/v1/numbers/{number.Key}");
            var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
            var last = number.Last(message => message.Event is "number.created" or "number.connected" or "number.disconnected");
            answer.GetProperty("state").GetString().ShouldBe(last.Event["number.".Length..]);
            answer.GetProperty("lastEventAt").GetDateTimeOffset().ShouldBe(number.Last().OccurredAt);
        }
    }

    public async Task DisposeAsync()
    {
        await _bus.DisposeAsync();
        await _broker.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    // How many events the history holds, once it is at least so many.
    private static Task<int> CountAsync(ServiceProcess service, string numberId, int atLeast) => Eventually.GetAsync(
        async () =>
        {
            using var response = await NumbersFixture.GetAsync(service, $"/v1/numbers/{numberId}/history?limit=200");
            return response.IsSuccessStatusCode
                ? JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("items").GetArrayLength()
                : 0;
        },
        count => count >= atLeast,
        TimeSpan.FromMinutes(1));
}
