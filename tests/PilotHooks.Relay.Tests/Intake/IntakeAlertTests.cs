using System.Text.Json;
using PilotHooks.Contracts;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Intake;

/// <summary>On two replicas of their own, which miss a source after seconds.</summary>
public sealed class IntakeAlertTests : IAsyncLifetime
{
    private TestServer _broker = null!;
    private RelaySystem _relay = null!;

    public async Task InitializeAsync()
    {
        // Its own broker: a relay with another database on the shared one would take the other tests' events.
        _broker = await TestServers.StartBrokerAsync();
        _relay = await RelaySystem.StartAsync(
            _broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, replicas: 2,
            ("Relay__Silence__AtLeast", "00:00:03"), ("Relay__Silence__LearnFor", "00:00:00"), ("Relay__Silence__Factor", "1"), ("Relay__Retention__RefusedRequestsOfASource", "3"));
    }

    public async Task DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task First_trouble_of_a_source_in_an_hour_alerts_once()
    {
        var url = _relay.Subscriber.Add();
        await _relay.SubscribeAsync(url, ["intake.alert"]);
        // What came long ago alerts nobody.
        await _relay.Bus.PublishAsync(Unread("whatsapp", DateTimeOffset.UtcNow.AddHours(-2)));
        var unread = Unread("whatsapp");
        await _relay.Bus.PublishAsync(unread);
        await TroublesAsync(url, 1);
        await _relay.Bus.PublishAsync([.. Enumerable.Range(0, 20).Select(_ => Unread("whatsapp"))]);
        await _relay.Bus.PublishAsync(Unread("platform"));
        await TroublesAsync(url, 2);
        var refused = Refused("whatsapp", true);
        await _relay.Bus.PublishAsync(refused);
        await TroublesAsync(url, 3);
        await _relay.Bus.PublishAsync(Refused("whatsapp", true));
        foreach (var stranger in new[] { "one", "two", "three", "four", "five" })
        {
            await _relay.Bus.PublishAsync(Refused(stranger, false));
        }

        // All strangers together are one, in the alerts and in what is kept of them.
        var alerts = await TroublesAsync(url, 4);
        await _relay.ReadAsync("/v1/refused-requests", page => page.GetProperty("items").EnumerateArray().Count(item => item.GetProperty("source").GetString() != "whatsapp") == 3
            && page.GetProperty("items")[0].GetProperty("source").GetString() == "five");
        alerts.Select(alert => (alert.GetProperty("source").GetString(), alert.GetProperty("reason").GetString())).ShouldBe(
            [("whatsapp", "unrecognized"), ("platform", "unrecognized"), ("whatsapp", "refused"), ("one", "refused")]);
        alerts[0].GetProperty("cause").GetString().ShouldBe("unidentified");
        alerts[0].GetProperty("id").GetGuid().ShouldBe(unread.EventId);
        alerts[2].GetProperty("cause").GetString().ShouldBe("signature-mismatch");
        alerts[2].GetProperty("id").GetGuid().ShouldBe(refused.Id);
    }

    [Fact]
    public async Task Source_that_falls_silent_alerts_once_and_once_when_it_speaks_again()
    {
        var url = _relay.Subscriber.Add();
        await _relay.SubscribeAsync(url, ["intake.alert"]);
        await _relay.Bus.PublishAsync(Events.Status("num_1"));

        var silent = (await SilencesAsync(url, 1)).ShouldHaveSingleItem();
        silent.GetProperty("reason").GetString().ShouldBe("silent");
        silent.GetProperty("source").GetString().ShouldBe("whatsapp");
        silent.GetProperty("expectedWithinSeconds").GetInt32().ShouldBe(3);

        await _relay.Bus.PublishAsync(Events.Status("num_1"));
        (await SilencesAsync(url, 2))[1].GetProperty("reason").GetString().ShouldBe("speaking");
        // By now it is usual for longer, and silent again after that.
        var again = await SilencesAsync(url, 3);
        again[2].GetProperty("reason").GetString().ShouldBe("silent");
        again[2].GetProperty("expectedWithinSeconds").GetInt32().ShouldBeGreaterThanOrEqualTo(3);
    }

    private Task<List<JsonElement>> TroublesAsync(Uri url, int count) => AlertsAsync(url, count, reason => reason is "unrecognized" or "refused");

    private Task<List<JsonElement>> SilencesAsync(Uri url, int count) => AlertsAsync(url, count, reason => reason is "silent" or "speaking");

    private Task<List<JsonElement>> AlertsAsync(Uri url, int count, Func<string?, bool> which) => Eventually.GetAsync(
        () => Task.FromResult(_relay.Subscriber.Received(url).Select(received => JsonDocument.Parse(received.Body).RootElement.GetProperty("data")).Where(data => which(data.GetProperty("reason").GetString())).ToList()),
        alerts => alerts.Count >= count,
        TimeSpan.FromSeconds(60));

    private static UnknownEventReceived Unread(string source, DateTimeOffset? receivedAt = null)
        => new(Guid.NewGuid(), "message.sent", source, null, DateTimeOffset.UtcNow, receivedAt ?? DateTimeOffset.UtcNow, "{}"u8.ToArray()) { Unrecognized = "unidentified" };

    private static RefusedRequest Refused(string source, bool known)
        => new(Guid.NewGuid(), source, known, DateTimeOffset.UtcNow, 401, "signature-mismatch", 2, "{}"u8.ToArray());
}
