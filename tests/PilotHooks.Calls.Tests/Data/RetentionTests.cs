using System.Text.Json;
using Dapper;
using Npgsql;
using PilotHooks.TestSupport;

namespace PilotHooks.Calls.Tests.Data;

public sealed class RetentionTests(OwnBroker broker) : IClassFixture<OwnBroker>, IAsyncLifetime
{
    private static readonly DateTimeOffset Start = CallEvents.Start;
    private readonly string _wacid = CallEvents.NewWacid();
    private Dictionary<string, string?> _environment = null!;
    private NpgsqlDataSource _database = null!;
    private ServiceProcess? _service;

    public async Task InitializeAsync()
    {
        _environment = CallsFixture.Environment(broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString);
        _database = NpgsqlDataSource.Create(_environment["ConnectionStrings__calls"]!);
    }

    public async Task DisposeAsync()
    {
        if (_service is not null)
        {
            // In good order: what it has merged is acknowledged, and does not come to the next test's service.
            await _service.StopAsync();
            await _service.DisposeAsync();
        }

        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Session_descriptions_are_erased_by_age_while_ids_parties_and_times_stay()
    {
        await StartAsync(("Calls__Retention__Interval", "00:00:00.100"), ("Calls__Retention__Batch", "2"));
        string[] old = [_wacid, .. Enumerable.Range(0, 5).Select(_ => CallEvents.NewWacid())];
        var (fresh, early) = (CallEvents.NewWacid(), CallEvents.NewWacid());
        var connect = CallEvents.Signal(CallEvents.Value(CallEvents.Connect(_wacid, Start)), "cmm-1");
        await broker.Bus.PublishAsync([connect, .. old.Skip(1).Append(fresh).Append(early).Select(wacid => CallEvents.Signal(CallEvents.Value(CallEvents.Connect(wacid, Start))))]);
        foreach (var wacid in old.Append(fresh).Append(early))
        {
            await ReadAsync(wacid, call => SdpOf(call) == "v=0 offer");
        }

        await ExecuteAsync("UPDATE call_events SET merged_at = now() - interval '31 days' WHERE external_call_id = ANY (@Ids)", old);
        await ExecuteAsync("UPDATE call_events SET merged_at = NULL, at = now() - interval '31 days' WHERE external_call_id = ANY (@Ids)", early);

        foreach (var wacid in old.Append(early))
        {
            await ReadAsync(wacid, call => SdpOf(call) is null);
        }

        var erased = await ReadAsync(_wacid);
        erased.GetProperty("signalling")[0].GetProperty("sdpType").GetString().ShouldBe("offer");
        (erased.GetProperty("externalCallId").GetString(), erased.GetProperty("numberId").GetString(), erased.GetProperty("from").GetString(), erased.GetProperty("to").GetString(), erased.GetProperty("status").GetString())
            .ShouldBe((_wacid, "cmm-1", "+5511999999999", "+5511888888888", "RINGING"));
        erased.GetProperty("ringingAt").GetString().ShouldBe("2026-07-03T15:00:00.000Z");
        SdpOf(await ReadAsync(fresh)).ShouldBe("v=0 offer");

        // It comes again, as by a replay, and then the call goes on: nothing comes back.
        await broker.Bus.PublishAsync(connect, CallEvents.Signal(CallEvents.Value(CallEvents.Terminate(_wacid, Start.AddSeconds(61)))));
        var ended = await ReadAsync(_wacid, call => call.GetProperty("status").GetString() == "COMPLETED");
        SdpOf(ended).ShouldBeNull();
        (ended.GetProperty("signals").GetInt32(), ended.GetProperty("ringingAt").GetString()).ShouldBe((2, "2026-07-03T15:00:00.000Z"));
    }

    [Fact]
    public async Task Calls_and_permissions_are_removed_by_the_age_of_their_last_event()
    {
        await StartAsync(("Calls__Retention__Interval", "00:00:00.100"), ("Calls__Retention__Batch", "2"));
        string[] old = [.. Enumerable.Range(0, 5).Select(_ => CallEvents.NewWacid())];
        var late = CallEvents.NewWacid();
        await broker.Bus.PublishAsync([.. old.Append(late).Select(wacid => CallEvents.Signal(CallEvents.Value(CallEvents.Connect(wacid, Start))))]);
        await ReadAsync(late);
        foreach (var wacid in old)
        {
            await ReadAsync(wacid);
        }

        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync("""
            INSERT INTO call_permissions (event_id, status, "from", at, merged_at)
            SELECT gen_random_uuid(), 'PERMANENT', '+5511', now(), now() - age * interval '1 day' FROM generate_series(363, 367) AS age
            """);
        await ExecuteAsync("UPDATE calls SET first_event_at = now() - interval '366 days' WHERE external_call_id = ANY (@Ids)", [.. old, late]);
        await ExecuteAsync("UPDATE call_events SET merged_at = now() - interval '366 days' WHERE external_call_id = ANY (@Ids)", old);

        await Eventually.GetAsync(() => connection.ExecuteScalarAsync<long>("SELECT (SELECT count(*) FROM calls) + (SELECT count(*) FROM call_events) + (SELECT count(*) FROM call_aliases)"), count => count == 3);
        await Eventually.GetAsync(() => connection.ExecuteScalarAsync<long>("SELECT count(*) FROM call_permissions"), count => count == 2);
        await ReadAsync(late);
    }

    [Fact]
    public async Task Session_descriptions_are_never_stored_when_the_retention_of_content_is_off()
    {
        await StartAsync(("Calls__Retention__Content", "00:00:00"), ("Calls__Retention__Interval", "1.00:00:00"));
        // The samples that leave the direction out: what a description says of its call is known all the same.
        await broker.Bus.PublishAsync(CallEvents.Signal(CallEvents.Value(CallEvents.Connect(_wacid, Start, direction: ""))));

        var call = await ReadAsync(_wacid);

        SdpOf(call).ShouldBeNull();
        call.GetProperty("signalling")[0].GetProperty("sdpType").GetString().ShouldBe("offer");
        (call.GetProperty("direction").GetString(), call.GetProperty("status").GetString()).ShouldBe(("INBOUND", "RINGING"));
        await using var connection = await _database.OpenConnectionAsync();
        (await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM call_events WHERE sdp IS NOT NULL")).ShouldBe(0);
    }

    [Fact]
    public async Task Service_does_not_start_when_an_age_is_negative()
        => (await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(("Calls__Retention__Content", "-00:00:01")))).Message.ShouldContain("Calls:Retention");

    private async Task StartAsync(params (string Name, string Value)[] settings)
    {
        foreach (var (name, value) in settings)
        {
            _environment[name] = value;
        }

        _service = await ServiceProcess.StartAsync("PilotHooks.Calls", _environment);
    }

    private static string? SdpOf(JsonElement call) => call.GetProperty("signalling")[0].GetProperty("sdp").GetString();

    private Task<JsonElement> ReadAsync(string wacid, Func<JsonElement, bool>? until = null) => Eventually.GetAsync(
        async () =>
        {
            using var response = await CallsFixture.GetAsync(_service!, $"/v1/calls/{wacid}?includeSdp=1");
            return response.IsSuccessStatusCode ? JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement : default;
        },
        json => json.ValueKind != JsonValueKind.Undefined && until?.Invoke(json) != false);

    private async Task ExecuteAsync(string sql, params string[] ids)
    {
        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, new { Ids = ids });
    }
}
