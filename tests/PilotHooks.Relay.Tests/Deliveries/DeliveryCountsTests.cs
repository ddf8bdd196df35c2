using System.Diagnostics.Metrics;
using System.Net;
using Dapper;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.Relay.Archive;
using PilotHooks.Relay.Deliveries;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Deliveries;

[Collection(RelayFixture.Collection)]
public sealed class DeliveryCountsTests(RelayFixture fixture)
{
    /// <summary>In one statement: endpoints whose counts are not what counting their rows says at the same moment.</summary>
    private const string WrongSql = """
        WITH kept AS (
            SELECT endpoint_id, status, sum(count) AS count
            FROM (SELECT endpoint_id, status, count FROM delivery_counts UNION ALL SELECT * FROM delivery_count_changes) c GROUP BY endpoint_id, status
        ), counted AS (
            SELECT endpoint_id, status, count(*) AS count FROM deliveries GROUP BY endpoint_id, status
        )
        SELECT endpoint_id || ' ' || status || ': ' || coalesce(k.count, 0) || ' kept, ' || coalesce(c.count, 0) || ' counted'
        FROM kept k FULL JOIN counted c USING (endpoint_id, status)
        WHERE coalesce(k.count, 0) <> coalesce(c.count, 0) AND EXISTS (SELECT FROM endpoints e WHERE e.id = endpoint_id)
        """;

    [Fact]
    public async Task Stats_are_what_counting_says_at_every_moment_whatever_happens_in_two_replicas()
    {
        // Its own broker: a relay with another database on the shared one would take the other tests' events.
        await using var broker = await TestServers.StartBrokerAsync();
        await using var relay = await RelaySystem.StartAsync(broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, replicas: 2);
        var unreliable = relay.Subscriber.Add((context, count) =>
        {
            context.Response.StatusCode = count % 3 == 0 ? 500 : 200;
            return Task.CompletedTask;
        });
        var (flaky, dead) = (await relay.SubscribeAsync(unreliable), await relay.SubscribeAsync(relay.Subscriber.Add(HttpStatusCode.InternalServerError)));
        var (gone, deleted) = (await relay.SubscribeAsync(relay.Subscriber.Add(HttpStatusCode.Gone)), await relay.SubscribeAsync(relay.Subscriber.Add()));
        using var done = new CancellationTokenSource();
        var watching = WatchAsync(relay.Database, done.Token);

        var events = Enumerable.Range(0, 200).Select(i => i % 2 == 0 ? Events.Received("num_1") : Events.Status("num_1")).ToList();
        await Task.WhenAll(relay.Bus.PublishAsync(events), relay.Bus.PublishAsync(events));
        await relay.StatsAsync(dead, stats => stats.GetProperty("failed").GetInt32() > 20, TimeSpan.FromSeconds(60));
        await relay.SendAsync(HttpMethod.Post, $"/v1/webhooks/{dead}/test");
        await relay.SendAsync(HttpMethod.Post, $"/v1/webhooks/{dead}/retry-failed", replica: relay.Replicas[1]);
        foreach (var message in events.Take(20))
        {
            // A broker that is busy confirms too late, and the answer says to try again.
            await Eventually.GetAsync(
                async () => (await relay.CallAsync(HttpMethod.Post, $"/v1/events/{message.EventId}/replay?redeliver=true", replica: relay.Replicas[1])).Status, status => status == HttpStatusCode.Accepted);
        }

        await relay.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{gone}", new { active = true });
        (await relay.CallAsync(HttpMethod.Delete, $"/v1/webhooks/{deleted}")).Status.ShouldBe(HttpStatusCode.NoContent);
        await using var connection = await relay.Database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            "UPDATE deliveries SET created_at = created_at - interval '40 days' WHERE event_id = ANY(@Old)", new { Old = events.Skip(20).Take(50).Select(message => message.EventId).ToArray() });

        await relay.StatsAsync(flaky, stats => stats.GetProperty("pending").GetInt32() == 0 && stats.GetProperty("total").GetInt32() == 150, TimeSpan.FromSeconds(60));
        await relay.StatsAsync(dead, stats => stats.GetProperty("pending").GetInt32() == 0 && stats.GetProperty("failed").GetInt32() == 151, TimeSpan.FromSeconds(60));
        await done.CancelAsync();
        (await watching).ShouldBeGreaterThan(10);
        (await connection.QueryAsync<string>(WrongSql)).ShouldBeEmpty();
        // The deleted one's go with the rest of it.
        await Eventually.GetAsync(
            () => connection.ExecuteScalarAsync<long>("SELECT (SELECT count(*) FROM delivery_counts WHERE endpoint_id = @deleted) + (SELECT count(*) FROM delivery_count_changes)", new { deleted }),
            rows => rows == 0);
    }

    [Fact]
    public async Task Outcomes_are_counted_once_however_late_and_often_they_come()
    {
        // Paused, so that nothing but the property itself touches its deliveries.
        var id = await fixture.System.SubscribeAsync(new Uri("https://example.com/"), []);
        await fixture.System.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { active = false });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(Gen.ListOf(Steps()).ToArbitrary(), steps => TakeAsync(id, [.. steps]).GetAwaiter().GetResult()));
    }

    private static Gen<Step> Steps()
        => from what in Gen.Elements(Enum.GetValues<What>())
           from delivery in Gen.Choose(0, 2)
           from lease in Gen.Choose(0, 2)
           from status in Gen.Elements(AttemptDecision.Pending, AttemptDecision.Successful, AttemptDecision.Failed)
           select new Step(what, delivery, lease, status);

    private async Task TakeAsync(string endpointId, Step[] steps)
    {
        var database = fixture.System.Database;
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new RelayMetrics(services.GetRequiredService<IMeterFactory>());
        var options = Options.Create(new RelayOptions());
        var merge = new OutcomeMerge(database, new ArchiveWriter(metrics, options), metrics, options, TimeProvider.System);
        using var counts = new DeliveryCounts(database, TimeProvider.System, NullLogger<DeliveryCounts>.Instance);
        var store = new DeliveryStore(database);
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync("DELETE FROM deliveries WHERE endpoint_id = @endpointId", new { endpointId });
        var deliveries = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).ToArray();
        await connection.ExecuteAsync(
            "INSERT INTO deliveries (id, endpoint_id, event_id, event, due_at, size, body) SELECT id, @endpointId, id, 'message.read', now(), 2, '{}' FROM unnest(@deliveries) AS id",
            new { endpointId, deliveries });
        var leases = deliveries.ToDictionary(delivery => delivery, _ => new List<Guid>());
        foreach (var step in steps)
        {
            var delivery = deliveries[step.Delivery];
            switch (step.What)
            {
                case What.Claim:
                    leases[delivery].Add(Guid.NewGuid());
                    await connection.ExecuteAsync(
                        "UPDATE deliveries SET lease = @Lease, leased_until = now() WHERE id = @delivery AND due_at IS NOT NULL", new { Lease = leases[delivery][^1], delivery });
                    break;
                case What.End when leases[delivery].Count > 0:
                    var outcome = Ended(delivery, endpointId, leases[delivery][step.Lease % leases[delivery].Count], step.Status);
                    await Task.WhenAll(MergeAsync(merge, outcome), Task.Run(() => MergeAsync(merge, outcome)));
                    break;
                case What.Retry:
                    await store.RetryAsync(delivery, new Caller(null), CancellationToken.None);
                    break;
                case What.Fold:
                    await counts.FoldAsync(CancellationToken.None);
                    break;
                default:
                    break;
            }
        }

        var stats = await counts.ReadAsync(endpointId, CancellationToken.None);
        var counted = (await connection.QueryAsync<(string Status, long Count)>("SELECT status, count(*) FROM deliveries WHERE endpoint_id = @endpointId GROUP BY status", new { endpointId }))
            .ToDictionary(row => row.Status, row => row.Count);
        (stats.Pending, stats.Successful, stats.Failed, stats.Total).ShouldBe(
            (counted.GetValueOrDefault(AttemptDecision.Pending), counted.GetValueOrDefault(AttemptDecision.Successful), counted.GetValueOrDefault(AttemptDecision.Failed), 3));
    }

    /// <summary>Of two at the very same moment one may be refused as a whole; the other stands.</summary>
    private static async Task MergeAsync(OutcomeMerge merge, Relay.Deliveries.Outcome outcome)
    {
        try
        {
            await merge.MergeAsync([outcome], CancellationToken.None);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            await merge.MergeAsync([outcome], CancellationToken.None);
        }
    }

    private static Relay.Deliveries.Outcome Ended(Guid delivery, string endpointId, Guid lease, string status)
    {
        var succeeded = status == AttemptDecision.Successful;
        return new Relay.Deliveries.Outcome(
            new ClaimedDelivery { Id = delivery, Lease = lease, EndpointId = endpointId, EventId = delivery, Event = "message.read", Target = Targets.Any() },
            new AttemptResult(DateTimeOffset.UtcNow, TimeSpan.FromMilliseconds(1), succeeded ? 200 : 500, null, null, null),
            new AttemptDecision(status, status == AttemptDecision.Pending ? TimeSpan.FromDays(1) : null));
    }

    /// <summary>Compares again and again until it is told to stop; returns how often.</summary>
    private static async Task<int> WatchAsync(NpgsqlDataSource database, CancellationToken until)
    {
        await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
        var looked = 0;
        for (; !until.IsCancellationRequested; looked++)
        {
            (await connection.QueryAsync<string>(WrongSql)).ShouldBeEmpty();
        }

        return looked;
    }

    private enum What
    {
        Claim,
        End,
        Retry,
        Fold,
    }

    private sealed record Step(What What, int Delivery, int Lease, string Status);
}
