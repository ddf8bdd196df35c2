using System.Text.Json;
using Dapper;
using PilotHooks.Contracts;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Outages;

/// <summary>On two replicas of their own, which alert sooner than others.</summary>
public sealed class NumberAlertTests : IAsyncLifetime
{
    private static readonly TimeSpan DownAfter = TimeSpan.FromSeconds(2);
    private readonly string _number = $"num_{Guid.NewGuid():N}";
    private TestServer _broker = null!;
    private RelaySystem _relay = null!;

    public async Task InitializeAsync()
    {
        // Its own broker: a relay with another database on the shared one would take the other tests' events.
        _broker = await TestServers.StartBrokerAsync();
        _relay = await RelaySystem.StartAsync(_broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, replicas: 2, settings: ("Relay__NumberDownAfter", DownAfter.ToString()));
    }

    public async Task DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Number_that_is_down_for_long_is_alerted_once_to_whoever_lists_the_alert()
    {
        var (watching, everything, other) = (_relay.Subscriber.Add(), _relay.Subscriber.Add(), _relay.Subscriber.Add());
        await _relay.SubscribeAsync(watching, ["number.alert"], numberId: _number);
        await _relay.SubscribeAsync(everything, ["*", "number.*"], numberId: _number);
        await _relay.SubscribeAsync(other, ["number.alert"], numberId: _number + "x");
        var start = DateTimeOffset.UtcNow.AddHours(-1);
        var down = Number("disconnected", start);

        await _relay.Bus.PublishAsync(down, Number("connected", start.AddMinutes(-1)), down);

        var alert = JsonDocument.Parse((await _relay.ReceivedAsync(watching))[0].Body).RootElement;
        alert.GetProperty("event").GetString().ShouldBe("number.alert");
        var data = alert.GetProperty("data");
        data.EnumerateObject().Select(member => member.Name).ShouldBe(["numberId", "reason", "downSince", "createdAt"]);
        data.GetProperty("numberId").GetString().ShouldBe(_number);
        data.GetProperty("reason").GetString().ShouldBe("disconnected");
        data.GetProperty("downSince").GetDateTimeOffset().ShouldBe(start, TimeSpan.FromMilliseconds(1));

        // Again, late and with another reason, it is the same outage; up and down again is another one.
        await _relay.Bus.PublishAsync(down, Number("disconnected", start.AddSeconds(-30)), Number("health_blocked", start.AddMinutes(5)));
        await SettledAsync();
        _relay.Subscriber.Received(watching).ShouldHaveSingleItem();
        var again = start.AddMinutes(20);
        await _relay.Bus.PublishAsync(Number("recovered", start.AddMinutes(6)), Number("connected", start.AddMinutes(10)), Number("health_blocked", again));
        var second = JsonDocument.Parse((await _relay.ReceivedAsync(watching, 2))[1].Body).RootElement.GetProperty("data");
        second.GetProperty("reason").GetString().ShouldBe("blocked");
        second.GetProperty("downSince").GetDateTimeOffset().ShouldBe(again, TimeSpan.FromMilliseconds(1));

        await SettledAsync();
        _relay.Subscriber.Received(watching).Count.ShouldBe(2);
        _relay.Subscriber.Received(everything).ShouldAllBe(request => !request.Text.Contains("number.alert", StringComparison.Ordinal));
        _relay.Subscriber.Received(other).ShouldBeEmpty();
        (await _relay.ReadAsync($"/v1/events?numberId={_number}&event=number.alert")).GetProperty("items").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Number_that_is_up_again_soon_or_removed_is_not_alerted()
    {
        var watching = _relay.Subscriber.Add();
        await _relay.SubscribeAsync(watching, ["number.alert"], numberId: _number);
        await _relay.SubscribeAsync(watching, ["number.alert"], numberId: _number + "removed");
        await _relay.SubscribeAsync(watching, ["number.alert"], numberId: _number + "ill");
        var start = DateTimeOffset.UtcNow.AddHours(-1);

        // What ends the outage comes first, as it may after a standstill of hours.
        await _relay.Bus.PublishAsync(Number("connected", start.AddMinutes(20)), Events.Number("number.removed", _number + "removed", start.AddMinutes(30)));
        await _relay.Bus.PublishAsync(
            Number("disconnected", start), Events.Number("number.disconnected", _number + "removed", start), Events.Number("number.health_degraded", _number + "ill", start));

        await SettledAsync();
        _relay.Subscriber.Received(watching).ShouldBeEmpty();
    }

    [Fact]
    public async Task Alert_is_not_repeated_after_a_restart_nor_when_the_archive_has_forgotten_it()
    {
        var watching = _relay.Subscriber.Add();
        await _relay.SubscribeAsync(watching, ["number.alert"], numberId: _number);
        await _relay.Bus.PublishAsync(Number("disconnected", DateTimeOffset.UtcNow.AddHours(-1)));
        await _relay.ReceivedAsync(watching);

        await _relay.Replicas[1].StopAsync();
        await using (var connection = await _relay.Database.OpenConnectionAsync())
        {
            await connection.ExecuteAsync("DELETE FROM deliveries WHERE event = 'number.alert'; DELETE FROM events WHERE event = 'number.alert'");
        }

        await _relay.AddReplicaAsync();
        await SettledAsync();
        _relay.Subscriber.Received(watching).ShouldHaveSingleItem();
    }

    private NumberChanged Number(string name, DateTimeOffset at) => Events.Number($"number.{name}", _number, at);

    /// <summary>Waits until a number that went down after everything so far is alerted: what was to be alerted by then, was.</summary>
    private async Task SettledAsync()
    {
        var (watching, last) = (_relay.Subscriber.Add(), $"num_{Guid.NewGuid():N}");
        await _relay.SubscribeAsync(watching, ["number.alert"], numberId: last);
        await _relay.Bus.PublishAsync(Events.Number("number.disconnected", last, DateTimeOffset.UtcNow));
        await _relay.ReceivedAsync(watching);
    }
}
