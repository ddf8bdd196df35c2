using System.Text.Json;
using Dapper;
using Npgsql;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Faults;

/// <summary>On servers and replicas of their own, because they break them.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private TestServer _broker = null!;
    private TestServer _postgres = null!;
    private RelaySystem _relay = null!;

    public async Task InitializeAsync()
    {
        (_broker, _postgres) = (await TestServers.StartBrokerAsync(), await TestServers.StartPostgresAsync());
        // A longer schedule: with one answer in seven a failure, some of a thousand deliveries would fail four times in a row.
        _relay = await RelaySystem.StartAsync(
            _broker.ConnectionString, _postgres.ConnectionString, replicas: 2,
            [.. Enumerable.Range(3, 12).Select(gap => ($"Relay__RetrySchedule__{gap}", "00:00:01"))]);
    }

    public async Task DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _broker.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    /// <summary>The promise: every event that gating selects reaches its endpoint at least once, and has one row.</summary>
    [Fact]
    public async Task Every_selected_event_is_delivered_and_has_one_row_though_replicas_are_killed_and_the_database_restarts()
    {
        var urls = Enumerable.Range(0, 5).Select(_ => _relay.Subscriber.Add(async (context, count) =>
        {
            // Slow enough to be killed in the middle of, and unreliable.
            await Task.Delay(20, context.RequestAborted);
            context.Response.StatusCode = count % 7 == 0 ? 500 : 200;
        })).ToList();
        var ids = new List<string>();
        foreach (var url in urls)
        {
            ids.Add(await _relay.SubscribeAsync(url, ids.Count % 2 == 0 ? ["*"] : ["message.sent"]));
        }

        var events = Enumerable.Range(0, 400).Select(i => i % 2 == 0 ? Events.Received("num_1") : Events.Status("num_1")).ToList();
        var publishing = _relay.Bus.PublishAsync(events);
        await _relay.ReceivedAsync(urls[0], 20);
        _relay.Replicas[0].Kill();
        await _relay.ReceivedAsync(urls[0], 60);
        await _postgres.KillAsync();
        await _postgres.StartAsync();
        var third = await _relay.AddReplicaAsync();
        await publishing;
        // Every one of them again, as the bus may.
        await _relay.Bus.PublishAsync(events);

        for (var i = 0; i < urls.Count; i++)
        {
            var expected = events.Where(e => i % 2 == 0 || e.Event == "message.sent").Select(e => e.EventId.ToString()).Order().ToList();
            await Eventually.GetAsync(
                async () => await third.Client.GetAsync(new Uri("health", UriKind.Relative)),
                answer => answer.IsSuccessStatusCode);
            await Eventually.GetAsync(
                () => _relay.SendAsync(HttpMethod.Get, $"/v1/webhooks/{ids[i]}/stats", replica: third),
                stats => stats.GetProperty("successful").GetInt32() == expected.Count && stats.GetProperty("pending").GetInt32() == 0,
                TimeSpan.FromSeconds(120));
            _relay.Subscriber.Received(urls[i]).Select(request => request.Headers["webhook-id"]).Distinct().Order().ShouldBe(expected);
        }

        await using var connection = await _relay.Database.OpenConnectionAsync();
        var rows = await connection.QueryAsync<(string Endpoint, Guid Event)>("SELECT endpoint_id, event_id FROM deliveries");
        rows.GroupBy(row => row).ShouldAllBe(group => group.Count() == 1);
        (await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM deliveries WHERE lease IS NOT NULL")).ShouldBe(0);
        // What the log says was sent, and no more than was received, for a killed replica's last attempts are not in it.
        var logged = await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM attempt_log WHERE at IS NOT NULL AND status_code IS NOT NULL");
        logged.ShouldBeLessThanOrEqualTo(urls.Sum(url => _relay.Subscriber.Received(url).Count));
        logged.ShouldBeGreaterThanOrEqualTo(rows.Count());
    }

    [Fact]
    public async Task Delivery_of_a_replica_killed_in_mid_attempt_is_made_by_another_after_its_lease()
    {
        var url = _relay.Subscriber.Add(async (context, count) =>
        {
            if (count == 1)
            {
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
        });
        var id = await BeginAttemptAsync(url);

        _relay.Replicas[0].Kill();
        var other = await _relay.AddReplicaAsync();

        await _relay.ReceivedAsync(url, 2);
        await Eventually.GetAsync(() => _relay.SendAsync(HttpMethod.Get, $"/v1/webhooks/{id}/stats", replica: other), stats => stats.GetProperty("successful").GetInt32() == 1);
        var requests = _relay.Subscriber.Received(url);
        requests.Count.ShouldBe(2);
        (requests[1].At - requests[0].At).ShouldBeGreaterThan(TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Attempt_that_is_under_way_when_a_replica_stops_is_finished_and_recorded()
    {
        var release = new TaskCompletionSource();
        var url = _relay.Subscriber.Add((_, _) => release.Task);
        var id = await BeginAttemptAsync(url);

        var stopping = _relay.Replicas[0].StopAsync();
        release.SetResult();
        await stopping;

        await using var connection = await _relay.Database.OpenConnectionAsync();
        (await connection.ExecuteScalarAsync<string>("SELECT status FROM deliveries WHERE endpoint_id = @id", new { id })).ShouldBe("successful");
        _relay.Subscriber.Received(url).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Success_that_comes_while_the_database_is_away_is_written_when_it_is_back_and_not_sent_again()
    {
        // It answers as soon as the database is away: on a busy machine a kill may be told later than an attempt lasts.
        var url = _relay.Subscriber.Add(async (context, _) =>
        {
            while (await AnswersAsync())
            {
                await Task.Delay(20, context.RequestAborted);
            }
        });
        var id = await _relay.SubscribeAsync(url);
        await _relay.Bus.PublishAsync(Events.Received("num_1"));
        await _relay.ReceivedAsync(url);

        await _postgres.KillAsync();
        // Longer than the lease: what a replica promised it keeps, as long as it lives, and the other leaves it to it.
        await Task.Delay(TimeSpan.FromSeconds(6));
        await _postgres.StartAsync();

        await Eventually.GetAsync(
            async () => (await _relay.CallAsync(HttpMethod.Get, $"/v1/webhooks/{id}/stats")).Body,
            stats => stats.ValueKind == JsonValueKind.Object && stats.TryGetProperty("successful", out var successful) && successful.GetInt32() == 1,
            TimeSpan.FromSeconds(60));
        _relay.Subscriber.Received(url).ShouldHaveSingleItem();
    }

    /// <summary>Has an event attempted at the URL by the first replica alone, so that it is the one with the attempt; returns the endpoint's id.</summary>
    private async Task<string> BeginAttemptAsync(Uri url)
    {
        var id = await _relay.SubscribeAsync(url);
        await _relay.Replicas[1].StopAsync();
        await _relay.Bus.PublishAsync(Events.Received("num_1"));
        await _relay.ReceivedAsync(url);
        return id;
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection($"{_postgres.ConnectionString};Pooling=false");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
