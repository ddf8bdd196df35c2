using System.Diagnostics.Metrics;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PilotHooks.Relay.Archive;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Tests.Deliveries;

namespace PilotHooks.Relay.Tests.Archive;

[Collection(RelayFixture.Collection)]
public sealed class ArchiveWriterTests(RelayFixture fixture) : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private readonly string _numberId = $"num_{Guid.NewGuid():N}";

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task What_was_archived_before_is_left_out_of_a_batch_and_the_rest_is_made()
    {
        var events = Make(6);
        (await WriteAsync(events[..2])).Taken.Count.ShouldBe(2);

        var made = await WriteAsync([.. events, events[3]]);

        made.Taken.Select(delivery => delivery.Item.Event.EventId).ShouldBe(events[2..].Select(item => item.Event.EventId), ignoreOrder: true);
        (await ArchivedAsync(events)).ShouldBe(6);
        (await WriteAsync(events)).Taken.ShouldBeEmpty();
        (await PromisesAsync(events)).ShouldBe(6);
    }

    [Fact]
    public async Task Each_event_of_writers_that_meet_is_archived_and_promised_by_one_of_them()
    {
        var events = Make(60);

        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => WriteAsync(events[(i * 5)..(30 + i * 5)]))));

        made.SelectMany(plan => plan.Taken).Select(delivery => delivery.Item.Event.EventId).ShouldBe(events[..55].Select(item => item.Event.EventId), ignoreOrder: true);
        (await PromisesAsync(events)).ShouldBe(55);
    }

    [Fact]
    public async Task Delivery_that_is_there_before_its_first_attempt_is_written_stays_and_the_others_are_written()
    {
        var endpoint = new SubscribedEndpoint(await PausedAsync(), ["*"], null, Ready: true, Targets.Any());
        var (promise, events) = (Guid.NewGuid(), Make(3));
        var made = await WriteAsync(events, endpoint, promise);
        await using (var connection = await fixture.System.Database.OpenConnectionAsync())
        {
            await EventStore.RequeueAsync(connection, events[1].Event.Event, [events[1].Event.EventId], redeliver: false, CancellationToken.None);
        }

        var first = new FirstAttempts(promise, made.Taken);
        foreach (var delivery in first.Deliveries)
        {
            first.Record(delivery, new AttemptResult(DateTimeOffset.UtcNow, TimeSpan.Zero, 200, null, null, null));
        }

        await new FirstAttemptsMerge(fixture.System.Database, Metrics(), Options.Create(new RelayOptions()), TimeProvider.System).MergeAsync([first], CancellationToken.None);

        (await first.Written).ShouldBeTrue();
        (await PromisesAsync(events)).ShouldBe(0);
        await using var reading = await fixture.System.Database.OpenConnectionAsync();
        var statuses = (await reading.QueryAsync<(Guid Event, string Status)>("SELECT event_id, status FROM deliveries WHERE endpoint_id = @Id", new { endpoint.Id })).ToDictionary(row => row.Event, row => row.Status);
        events.ConvertAll(item => statuses[item.Event.EventId]).ShouldBe(["successful", "pending", "successful"]);
    }

    private List<ArchivedEvent> Make(int count) => [.. Enumerable.Range(0, count).Select(_ => new ArchivedEvent(Events.Received(_numberId), null))];

    private static SubscribedEndpoint Nowhere() => new($"wh_{Guid.NewGuid():N}", ["*"], null, Ready: true, Targets.Any());

    /// <summary>Nothing but the test itself touches its deliveries.</summary>
    private async Task<string> PausedAsync()
    {
        var id = await fixture.System.SubscribeAsync(new Uri("https://example.com/"), numberId: _numberId);
        await fixture.System.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { active = false });
        return id;
    }

    private RelayMetrics Metrics() => new(_services.GetRequiredService<IMeterFactory>());

    private async Task<DeliveryPlan> WriteAsync(List<ArchivedEvent> batch, SubscribedEndpoint? endpoint = null, Guid? promise = null)
    {
        // Longer than a test: the relay beside it must not take the promises over.
        var writer = new ArchiveWriter(Metrics(), Options.Create(new RelayOptions { Lease = TimeSpan.FromMinutes(5) }));
        var events = ArchiveWriter.Once(batch);
        await using var connection = await fixture.System.Database.OpenConnectionAsync();
        endpoint ??= Nowhere();
        var plan = DeliveryPlan.Of(events, [endpoint], new DeliveryRoom([endpoint.Id], [1000], 1000, 1_000_000));
        return await writer.WriteAsync(connection, events, plan, promise ?? Guid.NewGuid(), CancellationToken.None);
    }

    private async Task<long> ArchivedAsync(List<ArchivedEvent> events) => await CountAsync("SELECT count(*) FROM events WHERE event_id = ANY(@Ids)", events);

    private async Task<long> PromisesAsync(List<ArchivedEvent> events) => await CountAsync("SELECT count(*) FROM first_attempts f, unnest(f.event_ids) AS e(id) WHERE e.id = ANY(@Ids)", events);

    private async Task<long> CountAsync(string sql, List<ArchivedEvent> events)
    {
        await using var connection = await fixture.System.Database.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>(sql, new { Ids = events.ConvertAll(item => item.Event.EventId) });
    }
}
