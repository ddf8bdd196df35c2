using Dapper;
using FsCheck;
using FsCheck.Fluent;
using PilotHooks.Contracts;
using PilotHooks.Relay.Outages;

namespace PilotHooks.Relay.Tests.Outages;

[Collection(RelayFixture.Collection)]
public sealed class OutageMergeTests(RelayFixture fixture)
{
    private static readonly DateTimeOffset Start = new(2026, 2, 24, 15, 0, 0, TimeSpan.Zero);
    private static readonly string[] Names =
    [
        "number.created", "number.connected", "number.disconnected", "number.removed", "number.recovered",
        "number.health_degraded", "number.health_blocked", "number.health_odd", "number.renamed",
    ];

    [Fact]
    public void Outage_is_the_same_whatever_the_order_the_duplicates_and_the_replica()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(Deliveries().ToArbitrary(), deliveries =>
            MergeAndCompareAsync(deliveries).GetAwaiter().GetResult()));

    [Theory]
    [InlineData("disconnected", "disconnected 0")]
    [InlineData("disconnected connected", null)]
    [InlineData("disconnected disconnected", "disconnected 0")]
    [InlineData("health_blocked", "blocked 0")]
    [InlineData("health_blocked connected", "blocked 0")]
    [InlineData("health_blocked recovered", null)]
    [InlineData("health_blocked health_degraded", null)]
    [InlineData("disconnected health_blocked connected", "blocked 0")]
    [InlineData("health_blocked disconnected recovered", "disconnected 0")]
    [InlineData("disconnected connected disconnected", "disconnected 2")]
    [InlineData("disconnected removed", null)]
    [InlineData("disconnected removed health_blocked", null)]
    [InlineData("health_blocked removed created", "blocked 2")]
    [InlineData("health_degraded", null)]
    [InlineData("connected", null)]
    public async Task Outage_begins_with_the_first_event_after_which_the_number_was_not_up_again(string events, string? outage)
    {
        var numberId = $"num_{Guid.NewGuid():N}";
        var sent = events.Split(' ').Select((name, i) => Events.Number($"number.{name}", numberId, Start.AddSeconds(i))).ToList();

        await MergeAsync(sent);

        var expected = outage?.Split(' ');
        (await ReadAsync(numberId)).ShouldBe(expected is null ? new Row(null, null) : new Row(Start.AddSeconds(int.Parse(expected[1], null)).UtcDateTime, expected[0]));
        Expected(sent).ShouldBe(await ReadAsync(numberId));
    }

    [Fact]
    public async Task Events_of_one_moment_have_one_order()
    {
        foreach (var (names, down) in new[] { ("connected disconnected", true), ("disconnected removed", false), ("health_blocked recovered", true), ("health_degraded health_blocked", true) })
        {
            foreach (var order in new[] { names.Split(' '), [.. names.Split(' ').Reverse()] })
            {
                var numberId = $"num_{Guid.NewGuid():N}";
                foreach (var name in order)
                {
                    await MergeAsync([Events.Number($"number.{name}", numberId, Start)]);
                }

                ((await ReadAsync(numberId))!.DownSince is not null).ShouldBe(down, string.Join(", then ", order));
            }
        }
    }

    // A number's events, each delivered once to three times, shuffled, to two replicas, in batches of a few.
    private static Gen<Delivery[]> Deliveries()
    {
        var change = from name in Gen.Elements(Names)
                     from moment in Gen.Choose(0, 6)
                     from times in Gen.Choose(1, 3)
                     select (name, moment, times);
        return from changes in Gen.NonEmptyListOf(change)
               let numberId = $"num_{Guid.NewGuid():N}"
               let events = changes.Take(12).SelectMany(one => Enumerable.Repeat(Events.Number(one.name, numberId, Start.AddSeconds(one.moment)), one.times))
               from shuffled in Gen.Shuffle(events)
               from replicas in Gen.ArrayOf(Gen.Choose(0, 1), shuffled.Length)
               from batches in Gen.ArrayOf(Gen.Choose(0, 3), shuffled.Length)
               select shuffled.Select((message, i) => new Delivery(message, replicas[i], batches[i])).ToArray();
    }

    private async Task MergeAndCompareAsync(Delivery[] deliveries)
    {
        await Task.WhenAll(deliveries.GroupBy(delivery => delivery.Replica).Select(async replica =>
        {
            foreach (var batch in replica.GroupBy(delivery => delivery.Batch))
            {
                await MergeAsync(batch.Select(delivery => delivery.Message));
            }
        }));

        (await ReadAsync(deliveries[0].Message.NumberId!) ?? new Row(null, null)).ShouldBe(Expected(deliveries.Select(delivery => delivery.Message)));
    }

    // The same rules once more, in the plainest way: sort everything and walk through it.
    private static Row Expected(IEnumerable<NumberChanged> events)
    {
        var (row, connected, removed, blocked) = (new Row(null, null), true, false, false);
        foreach (var change in events.DistinctBy(message => message.EventId).Select(NumberChange.Read).OfType<NumberChange>().OrderBy(change => change.At).ThenBy(change => change.Place, StringComparer.Ordinal))
        {
            (connected, removed) = change.State is null ? (connected, removed) : (change.State != "disconnected", change.State == "removed");
            blocked = change.Health is null ? blocked : change.Health == "blocked";
            row = removed || (connected && !blocked) ? new Row(null, null) : new Row(row.DownSince ?? change.At.UtcDateTime, connected ? "blocked" : "disconnected");
        }

        return row;
    }

    private Task MergeAsync(IEnumerable<NumberChanged> events)
        => new OutageMerge(fixture.System.Database).MergeAsync([.. events.Select(NumberChange.Read).OfType<NumberChange>()], CancellationToken.None);

    private async Task<Row?> ReadAsync(string numberId)
    {
        await using var connection = await fixture.System.Database.OpenConnectionAsync();
        return await connection.QuerySingleOrDefaultAsync<Row>("SELECT down_since, reason FROM number_outages WHERE number_id = @numberId", new { numberId });
    }

    private sealed record Delivery(NumberChanged Message, int Replica, int Batch);

    private sealed record Row(DateTimeOffset? DownSince, string? Reason);
}
