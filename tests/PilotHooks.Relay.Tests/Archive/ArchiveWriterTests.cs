using System.Diagnostics.Metrics;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PilotHooks.Relay.Archive;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Tests.Deliveries;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Archive;

[Collection(RelayFixture.Collection)]
public sealed class ArchiveWriterTests(RelayFixture fixture) : IDisposable
{
    private static readonly AttemptResult Success = new(DateTimeOffset.UtcNow, TimeSpan.Zero, 200, null, null, null);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private readonly string _numberId = $"num_{Guid.NewGuid():N}";

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task What_was_archived_before_is_left_out_of_a_batch_and_the_rest_is_made()
    {
        var events = Make(6);
        (await WriteAsync(events[..2])).AttemptedFirst.Count.ShouldBe(2);

        var made = await WriteAsync([.. events, events[3]]);

        made.AttemptedFirst.Select(delivery => delivery.Item.Event.EventId).ShouldBe(events[2..].Select(item => item.Event.EventId), ignoreOrder: true);
        (await ArchivedAsync(events)).ShouldBe(6);
        (await WriteAsync(events)).AttemptedFirst.ShouldBeEmpty();
        (await PromisesAsync(events)).ShouldBe(6);
    }

    [Fact]
    public async Task Each_event_of_writers_that_meet_is_archived_and_promised_by_one_of_them()
    {
        var events = Make(60);

        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => WriteAsync(events[(i * 5)..(30 + i * 5)]))));

        made.SelectMany(plan => plan.AttemptedFirst).Select(delivery => delivery.Item.Event.EventId).ShouldBe(events[..55].Select(item => item.Event.EventId), ignoreOrder: true);
        (await PromisesAsync(events)).ShouldBe(55);
    }

    [Fact]
    public async Task Delivery_that_is_there_before_its_first_attempt_is_written_stays_and_the_others_are_written()
    {
        var endpoint = Endpoint(await PausedAsync());
        var (promise, events) = (Guid.NewGuid(), Make(3));
        var made = await WriteAsync(events, [endpoint], promise);
        await using (var connection = await fixture.System.Database.OpenConnectionAsync())
        {
            await DueDeliveries.MakeMissingAsync(connection, events[1].Event.Event, [events[1].Event.EventId], new Caller(null), redeliver: false, CancellationToken.None);
        }

        await AttemptAsync(promise, made);

        (await PromisesAsync(events)).ShouldBe(0);
        var rows = await RowsAsync(endpoint);
        events.ConvertAll(item => rows[item.Event.EventId].Status).ShouldBe(["successful", "pending", "successful"]);
    }

    [Fact]
    public async Task Attempt_that_ends_after_a_commit_that_was_never_heard_of_is_recorded()
    {
        var endpoint = Endpoint(await PausedAsync());
        var (promise, events) = (Guid.NewGuid(), Make(1));
        var first = new FirstAttempts(promise, (await WriteAsync(events, [endpoint], promise)).AttemptedFirst, []);
        first.FreezeRows();

        // Once more, as after a connection that died on the way back.
        await FirstAttempts().MergeAsync([first], CancellationToken.None);
        await FirstAttempts().MergeAsync([first], CancellationToken.None);
        await first.RowsWritten;
        var outcome = new Outcome(first.Attempted[0], Success, AttemptDecision.Of(Success, 1, RetrySchedule.Default, 0));
        await new OutcomeMerge(fixture.System.Database, Writer(), Metrics(), Options.Create(new RelayOptions()), TimeProvider.System).MergeAsync([outcome], CancellationToken.None);

        var row = (await RowsAsync(endpoint)).Values.ShouldHaveSingleItem();
        (row.Status, row.Due, row.Lease, row.Attempts).ShouldBe(("successful", null, null, 1));
    }

    [Fact]
    public async Task Delivery_of_an_endpoint_that_is_not_well_is_due_once_the_others_of_its_event_are_written()
    {
        SubscribedEndpoint[] endpoints = [Endpoint(await PausedAsync()), Endpoint(await PausedAsync(), healthy: false)];
        var (promise, events) = (Guid.NewGuid(), Make(3));

        var made = await WriteAsync(events, endpoints, promise);

        (await RowsAsync(endpoints[1])).ShouldBeEmpty();
        await AttemptAsync(promise, made);
        (await RowsAsync(endpoints[0])).Values.ShouldAllBe(row => row.Status == "successful" && row.Due == null && row.Attempts == 1);
        var rows = await RowsAsync(endpoints[1]);
        rows.Keys.ShouldBe(events.Select(item => item.Event.EventId), ignoreOrder: true);
        rows.Values.ShouldAllBe(row => row.Status == "pending" && row.Due != null && row.Lease == null && row.Attempts == 0);
    }

    [Fact]
    public async Task Unattempted_delivery_of_a_replica_that_died_is_made_by_the_replica_that_takes_over_its_promise()
    {
        SubscribedEndpoint[] endpoints = [Endpoint(await PausedAsync()), Endpoint(await PausedAsync(), healthy: false)];
        var (promise, events) = (Guid.NewGuid(), Make(3));
        await WriteAsync(events, endpoints, promise);
        await using (var connection = await fixture.System.Database.OpenConnectionAsync())
        {
            await connection.ExecuteAsync("UPDATE first_attempts SET leased_until = now() WHERE id = @promise", new { promise });
        }

        // The relay beside the test may do it too.
        await new PromiseTakeover(fixture.System.Database).TakeOverAsync([], CancellationToken.None);
        await Eventually.GetAsync(() => PromisesAsync(events), left => left == 0);

        foreach (var endpoint in endpoints)
        {
            var rows = await RowsAsync(endpoint);
            rows.Keys.ShouldBe(events.Select(item => item.Event.EventId), ignoreOrder: true);
            rows.Values.ShouldAllBe(row => row.Status == "pending" && row.Due != null);
        }
    }

    private List<ArchivedEvent> Make(int count) => [.. Enumerable.Range(0, count).Select(_ => new ArchivedEvent(Events.Received(_numberId), null))];

    private static SubscribedEndpoint Endpoint(string id, bool healthy = true) => new(id, ["*"], null, healthy, RateLimited: false, Targets.Any());

    /// <summary>Nothing but the test itself touches its deliveries.</summary>
    private async Task<string> PausedAsync()
    {
        var id = await fixture.System.SubscribeAsync(new Uri("https://example.com/"), numberId: _numberId);
        await fixture.System.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { active = false });
        return id;
    }

    private RelayMetrics Metrics() => new(_services.GetRequiredService<IMeterFactory>());

    /// <summary>Its leases are longer than a test: the relay beside it must not take the promises over.</summary>
    private ArchiveWriter Writer() => new(Metrics(), Options.Create(new RelayOptions { Lease = TimeSpan.FromMinutes(5) }));

    private FirstAttemptsMerge FirstAttempts() => new(fixture.System.Database, Metrics(), Options.Create(new RelayOptions()), TimeProvider.System);

    /// <summary>All that is attempted succeeds.</summary>
    private async Task AttemptAsync(Guid promise, DeliveryPlan made)
    {
        var first = new FirstAttempts(promise, made.AttemptedFirst, made.WrittenLater);
        foreach (var delivery in first.Attempted)
        {
            first.TryWriteWithRow(delivery, Success);
        }

        await FirstAttempts().MergeAsync([first], CancellationToken.None);
        await first.RowsWritten;
    }

    private async Task<DeliveryPlan> WriteAsync(List<ArchivedEvent> batch, SubscribedEndpoint[]? endpoints = null, Guid? promise = null)
    {
        var events = ArchiveWriter.Once(batch);
        await using var connection = await fixture.System.Database.OpenConnectionAsync();
        endpoints ??= [Endpoint($"wh_{Guid.NewGuid():N}")];
        var plan = DeliveryPlan.Of(events, endpoints, new DeliveryCapacity([.. endpoints.Select(endpoint => endpoint.Id)], [.. endpoints.Select(_ => 1000)], 1000, 1_000_000));
        return await Writer().WriteAsync(connection, events, plan, promise ?? Guid.NewGuid(), erasures: 0, CancellationToken.None);
    }

    private async Task<Dictionary<Guid, Row>> RowsAsync(SubscribedEndpoint endpoint)
    {
        await using var connection = await fixture.System.Database.OpenConnectionAsync();
        return (await connection.QueryAsync<Row>("SELECT event_id AS event, status, due_at AS due, lease, attempts FROM deliveries WHERE endpoint_id = @Id", new { endpoint.Id })).ToDictionary(row => row.Event);
    }

    private async Task<long> ArchivedAsync(List<ArchivedEvent> events) => await CountAsync("SELECT count(*) FROM events WHERE event_id = ANY(@Ids)", events);

    private async Task<long> PromisesAsync(List<ArchivedEvent> events) => await CountAsync("SELECT count(*) FROM first_attempts f, unnest(f.event_ids) AS e(id) WHERE e.id = ANY(@Ids)", events);

    private async Task<long> CountAsync(string sql, List<ArchivedEvent> events)
    {
        await using var connection = await fixture.System.Database.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>(sql, new { Ids = events.ConvertAll(item => item.Event.EventId) });
    }

    private sealed record Row(Guid Event, string Status, DateTimeOffset? Due, Guid? Lease, int Attempts);
}
