using Dapper;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PilotHooks.Contracts;
using PilotHooks.Numbers.Changes;
using PilotHooks.Numbers.Data;
using PilotHooks.ServiceDefaults.Contacts;

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

        await Should.ThrowAsync<Exception>(() => NewMerge().MergeAsync(
            [NumberEvents.Make("number.created", numberId, Start), broken], CancellationToken.None));

        (await ReadAsync(numberId)).ShouldBeNull();
    }

    [Theory]
    [InlineData("number.connected", 600)]
    [InlineData("number.health_", 6000)]
    [InlineData("number.", 60000)]
    public async Task Odd_names_and_ids_are_no_fault_of_the_events_beside_them(string name, int length)
    {
        var numberId = NumberEvents.NewNumberId();
        var odd = string.Concat(Enumerable.Range(0, length).Select(i => (char)('\u0100' + (i * 7919 % 20000))));

        await NewMerge().MergeAsync(
            [
                NumberEvents.Make("number.created", numberId, Start),
                NumberEvents.Make(name, odd, Start),
                NumberEvents.Make(name + odd, numberId, Start.AddSeconds(1)),
                NumberEvents.OfJson(name, "", Start, "{}"u8.ToArray()),
            ],
            CancellationToken.None);

        var row = (await ReadAsync(numberId)).ShouldNotBeNull();
        (row.State, row.Health, row.LastEventAt).ShouldBe(("created", "healthy", Start.AddSeconds(1)));
    }

    [Fact]
    public async Task Upgrade_puts_times_far_ahead_back_to_their_arrival()
    {
        var (ahead, old, other) = (NumberEvents.NewNumberId(), NumberEvents.NewNumberId(), NumberEvents.NewNumberId());
        await StoreAsFormerVersionAsync(ahead, "2036-03-01", "2026-03-01");
        await StoreAsFormerVersionAsync(old, "2036-03-01", mergedAt: null);
        await NewMerge().MergeAsync([NumberEvents.Make("number.connected", other, Start), NumberEvents.Make("number.disconnected", ahead, Start.AddDays(10))], CancellationToken.None);
        using var migration = new StreamReader(typeof(NumbersMerge).Assembly.GetManifestResourceStream(
            typeof(NumbersMerge).Assembly.GetManifestResourceNames().Single(name => name.EndsWith("V003__put_times_ahead_back_to_their_arrival.sql", StringComparison.Ordinal)))!);
        var sql = await migration.ReadToEndAsync();

        for (var run = 0; run < 2; run++)
        {
            await using var connection = await fixture.Database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync(sql, transaction: transaction);
            await transaction.CommitAsync();
        }

        var row = (await ReadAsync(ahead)).ShouldNotBeNull();
        (row.State, row.Since, row.FirstEventAt, row.LastEventAt).ShouldBe(("disconnected", Start.AddDays(10), new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), Start.AddDays(10)));
        row = (await ReadAsync(old)).ShouldNotBeNull();
        row.State.ShouldBe("connected");
        row.LastEventAt.ShouldBeLessThan(DateTimeOffset.UtcNow.AddMinutes(1));
        (await ReadAsync(other))!.LastEventAt.ShouldBe(Start);
    }

    [Fact]
    public async Task Time_far_ahead_that_a_former_version_stores_meanwhile_hides_nothing()
    {
        var numberId = NumberEvents.NewNumberId();
        await StoreAsFormerVersionAsync(numberId, "2036-03-01", "2026-02-01");

        await NewMerge().MergeAsync([NumberEvents.Make("number.disconnected", numberId, Start)], CancellationToken.None);

        var row = (await ReadAsync(numberId)).ShouldNotBeNull();
        (row.State, row.LastEventAt).ShouldBe(("disconnected", Start));
    }

    [Fact]
    public async Task Merges_of_one_number_at_the_same_moment_miss_none_of_each_other()
    {
        var numberId = NumberEvents.NewNumberId();
        var changes = new List<NumberChange>();
        for (var round = 0; round < 30; round++)
        {
            var events = Enumerable.Range(0, 8).Select(i => NumberEvents.Make(Names[(round + i) % 4], numberId, Start.AddSeconds(8 * round + i))).ToList();
            await Task.WhenAll(events.Select(message => Task.Run(() => NewMerge().MergeAsync([message], CancellationToken.None))));

            changes.AddRange(events.Select(message => NumberChange.Read(message)!));
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
                     from clock in Gen.Elements("right", "right", "ahead", "none")
                     from arrivals in Gen.ArrayOf(Gen.Choose(0, 4), times)
                     select (name, moment, profile, error, clock, arrivals);
        return from changes in Gen.NonEmptyListOf(change)
               let numberId = NumberEvents.NewNumberId()
               let events = changes.Take(12).SelectMany(one => Arrivals(
                   NumberEvents.Make(one.name, numberId, Start.AddSeconds(one.moment), one.profile, one.error, createdAt: CreatedAt(one.clock, one.moment)), one.clock, one.arrivals))
               from shuffled in Gen.Shuffle(events)
               from replicas in Gen.ArrayOf(Gen.Choose(0, 1), shuffled.Length)
               from batches in Gen.ArrayOf(Gen.Choose(0, 3), shuffled.Length)
               select shuffled.Select((message, i) => new Delivery(message, replicas[i], batches[i])).ToArray();
    }

    private static string? CreatedAt(string clock, int moment)
        => clock switch { "ahead" => Start.AddYears(10).AddSeconds(moment).ToString("O"), "none" => "", _ => null };

    // As the ingress hands it on each time that it comes.
    private static IEnumerable<NumberChanged> Arrivals(NumberChanged message, string clock, int[] arrivals) => arrivals.Select(second => message with
    {
        OccurredAt = clock == "right" ? message.OccurredAt : Start.AddSeconds(second),
        ReceivedAt = Start.AddSeconds(second),
    });

    private NumbersMerge NewMerge() => new(
        fixture.Database,
        new ErasedContacts(fixture.Database, Options.Create(new ErasureOptions()), NullLogger<ErasedContacts>.Instance),
        NullLogger<NumbersMerge>.Instance);

    private async Task MergeAndCompareAsync(Delivery[] deliveries)
    {
        await Task.WhenAll(deliveries.GroupBy(delivery => delivery.Replica).Select(async replica =>
        {
            var merge = NewMerge();
            foreach (var batch in replica.GroupBy(delivery => delivery.Batch))
            {
                await merge.MergeAsync([.. batch.Select(delivery => delivery.Message)], CancellationToken.None);
            }
        }));

        var changes = deliveries.Select(delivery => NumberChange.Read(delivery.Message)!).GroupBy(change => change.EventId).Select(same => same.MinBy(change => change.At)!).ToList();
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

    private async Task StoreAsFormerVersionAsync(string numberId, string at, string? mergedAt)
    {
        await using var connection = await fixture.Database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO numbers (number_id, state, since, last_event_at) VALUES (@numberId, 'connected', @at::timestamptz, @at::timestamptz);
            INSERT INTO number_events (event_id, number_id, event, at, place, state, merged_at)
            VALUES (gen_random_uuid(), @numberId, 'number.connected', @at::timestamptz, '2 number.connected', 'connected', @mergedAt::timestamptz);
            """,
            new { numberId, at = $"{at}T00:00:00Z", mergedAt = mergedAt is null ? null : $"{mergedAt}T00:00:00Z" });
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
