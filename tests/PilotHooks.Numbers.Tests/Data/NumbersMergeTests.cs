using Dapper;
using FsCheck;
using FsCheck.Fluent;
using PilotHooks.Contracts;
using PilotHooks.Numbers.Changes;
using PilotHooks.Numbers.Data;

namespace PilotHooks.Numbers.Tests.Data;

[Collection(NumbersFixture.Collection)]
public sealed class NumbersMergeTests(NumbersFixture fixture)
{
    private static readonly DateTimeOffset Start = new(2026, 2, 24, 15, 0, 0, TimeSpan.Zero);
    private static readonly string[] Names =
    [
        "number.created", "number.connected", "number.disconnected", "number.removed", "number.recovered",
        "number.health_degraded", "number.health_blocked", "number.health_shadowban", "number.health_odd", "number.renamed",
    ];

    [Fact]
    public void Row_is_the_same_whatever_the_order_the_duplicates_and_the_replica()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(Deliveries().ToArbitrary(), deliveries =>
            MergeAndCompareAsync(deliveries).GetAwaiter().GetResult()));

    [Fact]
    public async Task Batch_is_merged_whole_or_not_at_all()
    {
        var numberId = NumberEvents.NewNumberId();
        var broken = NumberEvents.OfJson("number.connected", numberId, Start, "{"u8.ToArray());

        await Should.ThrowAsync<Exception>(() => new NumbersMerge(fixture.Database).MergeAsync(
            [NumberEvents.Make("number.created", numberId, Start), broken], CancellationToken.None));

        (await ReadAsync(numberId)).ShouldBeNull();
    }

    [Fact]
    public async Task Merges_of_one_number_at_the_same_moment_miss_none_of_each_other()
    {
        var numberId = NumberEvents.NewNumberId();
        var changes = new List<NumberChange>();
        for (var round = 0; round < 30; round++)
        {
            var events = Enumerable.Range(0, 8).Select(i => NumberEvents.Make(Names[(round + i) % 4], numberId, Start.AddSeconds(8 * round + i))).ToList();
            await Task.WhenAll(events.Select(message => Task.Run(() => new NumbersMerge(fixture.Database).MergeAsync([message], CancellationToken.None))));

            changes.AddRange(events.Select(NumberChange.Read));
            (await ReadAsync(numberId)).ShouldBe(Expected(changes));
        }
    }

    // A number's events, each delivered once to three times, shuffled, to two replicas, in batches of a few.
    private static Gen<Delivery[]> Deliveries()
    {
        var change = from name in Gen.Elements(Names)
                     from moment in Gen.Choose(0, 4)
                     from profile in Gen.Elements<string?>(null, "Store", "Official")
                     from error in Gen.Elements<string?>(null, "ill", "worse")
                     from times in Gen.Choose(1, 3)
                     select (name, moment, profile, error, times);
        return from changes in Gen.NonEmptyListOf(change)
               let numberId = NumberEvents.NewNumberId()
               let events = changes.Take(12).SelectMany(one => Enumerable.Repeat(
                   NumberEvents.Make(one.name, numberId, Start.AddSeconds(one.moment), one.profile, one.error), one.times))
               from shuffled in Gen.Shuffle(events)
               from replicas in Gen.ArrayOf(Gen.Choose(0, 1), shuffled.Length)
               from batches in Gen.ArrayOf(Gen.Choose(0, 3), shuffled.Length)
               select shuffled.Select((message, i) => new Delivery(message, replicas[i], batches[i])).ToArray();
    }

    private async Task MergeAndCompareAsync(Delivery[] deliveries)
    {
        await Task.WhenAll(deliveries.GroupBy(delivery => delivery.Replica).Select(async replica =>
        {
            var merge = new NumbersMerge(fixture.Database);
            foreach (var batch in replica.GroupBy(delivery => delivery.Batch))
            {
                await merge.MergeAsync([.. batch.Select(delivery => delivery.Message)], CancellationToken.None);
            }
        }));

        var changes = deliveries.Select(delivery => delivery.Message).DistinctBy(message => message.EventId).Select(NumberChange.Read).ToList();
        (await ReadAsync(changes[0].NumberId)).ShouldBe(Expected(changes));
    }

    // The same rules once more, in the plainest way: sort everything and walk through it.
    private static Row Expected(List<NumberChange> changes)
    {
        var ordered = changes.OrderBy(change => change.At).ThenBy(change => change.Place, StringComparer.Ordinal).ToList();
        var row = new Row("created", ordered[0].At, "healthy", ordered[0].At, null, ordered[^1].Error, ordered[0].At, ordered[^1].At);
        string? state = null, health = null;
        foreach (var change in ordered)
        {
            if (change.State is not null && change.State != state)
            {
                state = change.State;
                row = row with { State = state, Since = change.At };
            }

            if (change.Health is not null && change.Health != health)
            {
                health = change.Health;
                row = row with { Health = health, HealthSince = change.At };
            }

            row = row with { ProfileName = change.ProfileName ?? row.ProfileName };
        }

        return row;
    }

    private async Task<Row?> ReadAsync(string numberId)
    {
        await using var connection = await fixture.Database.OpenConnectionAsync();
        return await connection.QuerySingleOrDefaultAsync<Row>(
            "SELECT state, since, health, health_since, profile_name, error, first_event_at, last_event_at FROM numbers WHERE number_id = @numberId", new { numberId });
    }

    private sealed record Delivery(NumberChanged Message, int Replica, int Batch);

    private sealed record Row(
        string State,
        DateTimeOffset Since,
        string Health,
        DateTimeOffset HealthSince,
        string? ProfileName,
        string? Error,
        DateTimeOffset FirstEventAt,
        DateTimeOffset LastEventAt);
}
