using System.Text.Json;
using PilotHooks.Contracts;
using PilotHooks.TestSupport;

namespace PilotHooks.Calls.Tests.Data;

/// <summary>Real replicas of the service, on servers that are stopped under them.</summary>
public sealed class CallsOutageTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = CallEvents.Start;
    private TestServer _broker = null!;
    private TestServer _postgres = null!;
    private EventBus _bus = null!;
    private Dictionary<string, string?> _environment = null!;

    public async Task InitializeAsync()
    {
        // Servers of its own, since the replicas of this test must not share the queues with another one's.
        _broker = await TestServers.StartBrokerAsync();
        _postgres = await TestServers.StartPostgresAsync();
        _environment = CallsFixture.Environment(_broker.ConnectionString, _postgres.ConnectionString);
        _bus = await EventBus.StartAsync(_broker.ConnectionString);
    }

    [Fact]
    public async Task Events_wait_in_the_broker_while_the_database_is_away()
    {
        await using var service = await ServiceProcess.StartAsync("PilotHooks.Calls", _environment);
        var (callId, wacid, contact) = (CallEvents.NewCallId(), CallEvents.NewWacid(), CallEvents.NewPhone());
        await _bus.PublishAsync(CallEvents.Make("call.ringing", Start, callId, wacid, "RINGING", "INBOUND"));
        await ReadAsync(service, $"/v1/calls/{callId}", _ => true);

        await _postgres.KillAsync();
        await _bus.PublishAsync(
            CallEvents.Make("call.connected", Start.AddSeconds(2), callId, wacid, "ACCEPTED", "INBOUND"),
            CallEvents.Signal(CallEvents.Value(CallEvents.Connect(wacid, Start))),
            CallEvents.Permission(Start, "PERMANENT", contact, null));
        await Eventually.GetAsync(() => Task.FromResult(service.Output), output => output.Contains("The database is away", StringComparison.Ordinal));
        await _postgres.StartAsync();

        await ReadAsync(service, $"/v1/calls/{callId}", call => call.GetProperty("status").GetString() == "ACCEPTED" && call.GetProperty("signals").GetInt32() == 1);
        await ReadAsync(service, $"/v1/calls/permissions/{contact}", permission => permission.GetProperty("status").GetString() == "PERMANENT");
    }

    [Fact]
    public async Task Replicas_agree_when_one_is_killed_amid_duplicates_in_any_order()
    {
        await using var survivor = await ServiceProcess.StartAsync("PilotHooks.Calls", _environment);
        await using var victim = await ServiceProcess.StartAsync("PilotHooks.Calls", _environment);
        var calls = Enumerable.Range(0, 40).Select(_ => (CallId: CallEvents.NewCallId(), Wacid: CallEvents.NewWacid())).ToArray();
        IWebhookEvent[] events = [.. calls.SelectMany(call => new IWebhookEvent[]
        {
            // One event with the provider's id alone, one with both, the native ones with Meta's alone.
            CallEvents.Make("call.ringing", Start, call.CallId, null, "RINGING", "INBOUND"),
            CallEvents.Make("call.connected", Start.AddSeconds(4), call.CallId, call.Wacid, "ACCEPTED", "INBOUND"),
            CallEvents.Make("call.ended", Start.AddSeconds(64), null, call.Wacid, "COMPLETED", "INBOUND", duration: 60),
            CallEvents.Signal(CallEvents.Value(CallEvents.Connect(call.Wacid, Start))),
            CallEvents.Signal(CallEvents.Envelope(CallEvents.Value(CallEvents.Terminate(call.Wacid, Start.AddSeconds(64))))),
        })];
        IWebhookEvent[] deliveries = [.. events, .. events, .. events];
        new Random(20260703).Shuffle(deliveries);

        await _bus.PublishAsync(deliveries.Take(deliveries.Length / 2));
        victim.Kill();
        await _bus.PublishAsync(deliveries.Skip(deliveries.Length / 2));

        foreach (var (callId, wacid) in calls)
        {
            var answer = await ReadAsync(survivor, $"/v1/calls/{callId}", call => call.GetProperty("signals").GetInt32() == 2
                && call.GetProperty("status").GetString() == "COMPLETED" && call.GetProperty("ringingAt").GetString() == "2026-07-03T15:00:00.000Z"
                && call.GetProperty("connectedAt").GetString() == "2026-07-03T15:00:04.000Z" && call.GetProperty("durationSeconds").GetInt32() == 60);
            (await ReadAsync(survivor, $"/v1/calls/{wacid}", _ => true)).GetRawText().ShouldBe(answer.GetRawText());
        }

        (await ReadAsync(survivor, "/v1/calls?limit=200", _ => true)).GetProperty("items").GetArrayLength().ShouldBe(calls.Length);
    }

    public async Task DisposeAsync()
    {
        await _bus.DisposeAsync();
        await _broker.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    private static Task<JsonElement> ReadAsync(ServiceProcess service, string path, Func<JsonElement, bool> until) => Eventually.GetAsync(
        async () =>
        {
            using var response = await CallsFixture.GetAsync(service, path);
            return response.IsSuccessStatusCode ? JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement : default;
        },
        json => json.ValueKind != JsonValueKind.Undefined && until(json),
        TimeSpan.FromMinutes(1));
}
