using Dapper;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PilotHooks.Calls.Calls;
using PilotHooks.Calls.Data;
using PilotHooks.Calls.Signalling;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Contacts;
using PilotHooks.TestSupport;

namespace PilotHooks.Calls.Tests.Data;

[Collection(CallsFixture.Collection)]
public sealed class CallsMergeTests(CallsFixture fixture)
{
    private static readonly DateTimeOffset Start = CallEvents.Start;

    [Fact]
    public void Calls_are_the_same_whatever_the_order_the_duplicates_and_the_replica()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(80), Prop.ForAll(Deliveries().ToArbitrary(), deliveries =>
            MergeAndCompareAsync(deliveries).GetAwaiter().GetResult()));

    [Fact]
    public async Task Chain_of_ids_becomes_one_call_when_its_last_link_arrives()
    {
        var (first, second, wacid, other) = (CallEvents.NewCallId(), CallEvents.NewCallId(), CallEvents.NewWacid(), CallEvents.NewWacid());
        var merge = NewMerge();
        await merge.MergeAsync([CallEvents.Make("call.ringing", Start, first, wacid, "RINGING")], CancellationToken.None);
        await merge.MergeAsync([CallEvents.Make("call.connected", Start.AddSeconds(1), second, other, "ACCEPTED")], CancellationToken.None);
        await merge.MergeAsync([CallEvents.Signal(CallEvents.Value(CallEvents.Connect(wacid, Start)))], CancellationToken.None);
        (await CallsAsync([first, second])).Count.ShouldBe(2);

        await merge.MergeAsync([CallEvents.Make("call.ended", Start.AddSeconds(2), first, other, "COMPLETED", duration: 1)], CancellationToken.None);

        var call = (await CallsAsync([first, second])).ShouldHaveSingleItem();
        call.Status.ShouldBe("COMPLETED");
        call.Signals.ShouldBe(1);
    }

    [Fact]
    public async Task Event_without_ids_is_known_by_its_parties()
    {
        var (from, to) = (CallEvents.NewPhone(), CallEvents.NewPhone());
        var merge = NewMerge();

        await merge.MergeAsync([CallEvents.Make("call.ended", Start.AddSeconds(9), status: "COMPLETED", from: from, to: to, duration: 3)], CancellationToken.None);
        await merge.MergeAsync([CallEvents.Make("call.ringing", Start, status: "RINGING", from: from, to: to)], CancellationToken.None);

        await using var connection = await fixture.Database.OpenConnectionAsync();
        (await connection.QueryAsync<string>("""SELECT status FROM calls WHERE "from" = @from""", new { from = $"+{from}" })).ShouldBe(["COMPLETED"]);
    }

    [Fact]
    public async Task Number_learned_later_is_kept_whichever_delivery_comes_first()
    {
        var callId = CallEvents.NewCallId();
        var unknown = CallEvents.Make("call.ringing", Start, callId, status: "RINGING");
        var stamped = unknown with { NumberId = "cmm-known" };
        var merge = NewMerge();

        await merge.MergeAsync([unknown, stamped, unknown], CancellationToken.None);
        await merge.MergeAsync([unknown], CancellationToken.None);

        await using var connection = await fixture.Database.OpenConnectionAsync();
        (await connection.QuerySingleAsync<string>("SELECT number_id FROM calls WHERE call_id = @callId", new { callId })).ShouldBe("cmm-known");
    }

    [Fact]
    public async Task Event_of_nobody_and_odd_words_are_no_fault_of_the_events_beside_them()
    {
        var callId = CallEvents.NewCallId();
        var odd = string.Concat(Enumerable.Range(0, 6000).Select(i => (char)('\u0100' + (i * 7919 % 20000))));

        await NewMerge().MergeAsync(
            [
                CallEvents.Make("call.ringing", Start, status: "RINGING", from: null),
                CallEvents.Make("call.ringing", Start, odd, odd, from: null),
                CallEvents.Make("call.ringing", Start, callId, odd, odd, odd, odd, odd, numberId: odd),
                CallEvents.Make("call.connected", Start.AddSeconds(1), callId, status: "ACCEPTED"),
            ],
            CancellationToken.None);
        await NewMerge().MergeAsync([CallEvents.Signal(CallEvents.Value(CallEvents.Connect(odd, Start), CallEvents.Status(odd, Start, odd)))], CancellationToken.None);

        (await CallsAsync([callId])).ShouldHaveSingleItem().Status.ShouldBe("ACCEPTED");
    }

    [Fact]
    public async Task Replicas_merge_different_calls_at_the_same_time()
    {
        var (busy, free) = (CallEvents.NewCallId(), CallEvents.NewCallId());
        await NewMerge().MergeAsync([CallEvents.Make("call.ringing", Start, busy, status: "RINGING")], CancellationToken.None);
        await using var connection = await fixture.Database.OpenConnectionAsync();
        await using var held = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("SELECT 1 FROM calls WHERE call_id = @busy FOR UPDATE", new { busy }, held);

        var waiting = NewMerge().MergeAsync([CallEvents.Make("call.ended", Start.AddSeconds(2), busy, status: "COMPLETED")], CancellationToken.None);
        await Eventually.GetAsync(
            async () => (bool?)await connection.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))", transaction: held), found => found == true);
        await NewMerge().MergeAsync([CallEvents.Make("call.missed", Start, free, status: "MISSED")], CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));

        waiting.IsCompleted.ShouldBeFalse();
        (await CallsAsync([free])).ShouldHaveSingleItem().Status.ShouldBe("MISSED");
        await held.CommitAsync();
        await waiting;
        (await CallsAsync([busy])).ShouldHaveSingleItem().Status.ShouldBe("COMPLETED");
    }

    [Fact]
    public async Task Replicas_that_link_the_same_calls_at_the_same_time_neither_deadlock_nor_miss_a_link()
    {
        for (var round = 0; round < 25; round++)
        {
            var random = new Random(round);
            var suffix = Guid.NewGuid().ToString("N");
            var events = Enumerable.Range(0, 60).Select(i => CallEvents.Make(
                "call.ringing", Start.AddSeconds(i), $"call_{random.Next(24)}{suffix}", $"wacid.{random.Next(24)}{suffix}", "RINGING", from: CallEvents.NewPhone())).ToArray();

            await Task.WhenAll(Enumerable.Range(0, 4).Select(replica => Task.Run(async () =>
            {
                var own = events.ToArray();
                new Random(replica).Shuffle(own);
                foreach (var batch in own.Chunk(7))
                {
                    await NewMerge().MergeAsync(batch, CancellationToken.None);
                }
            })));

            var facts = events.Select(message => CallEventReader.Read(message)!).ToList();
            (await CallsAsync(facts.SelectMany(fact => new[] { fact.CallId, fact.ExternalCallId }).OfType<string>())).ShouldBe(Grouped(facts).Select(Expected), ignoreOrder: true);
        }
    }

    [Fact]
    public async Task Upgrade_puts_times_far_ahead_back_to_their_arrival()
    {
        var (ahead, contact) = (CallEvents.NewCallId(), CallEvents.NewPhone());
        var arrival = new DateTimeOffset(2026, 8, 1, 0, 0, 0, TimeSpan.Zero);
        await NewMerge().MergeAsync([CallEvents.Make("call.ringing", Start, ahead, status: "RINGING"), CallEvents.Make("call.ended", Start.AddSeconds(9), ahead, status: "COMPLETED")], CancellationToken.None);
        await using var connection = await fixture.Database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            UPDATE call_events SET at = at + interval '10 years', ringing_at = ringing_at + interval '10 years', ended_at = ended_at + interval '10 years', merged_at = @arrival WHERE call_id = @ahead;
            UPDATE calls SET first_event_at = first_event_at + interval '10 years' WHERE call_id = @ahead;
            INSERT INTO call_permissions (event_id, status, "from", at, merged_at) VALUES (gen_random_uuid(), 'PERMANENT', @contact, @arrival + interval '10 years', @arrival);
            """,
            new { ahead, contact, arrival });
        using var migration = new StreamReader(typeof(CallsMerge).Assembly.GetManifestResourceStream(
            typeof(CallsMerge).Assembly.GetManifestResourceNames().Single(name => name.EndsWith("V004__put_times_ahead_back_to_their_arrival.sql", StringComparison.Ordinal)))!);
        var sql = await migration.ReadToEndAsync();

        for (var run = 0; run < 2; run++)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync(sql, transaction: transaction);
            await transaction.CommitAsync();
        }

        var call = (await CallsAsync([ahead])).ShouldHaveSingleItem();
        (call.Status, call.RingingAt, call.EndedAt, call.FirstEventAt).ShouldBe(("COMPLETED", arrival, arrival, arrival));
        (await connection.QuerySingleAsync<DateTimeOffset>("""SELECT at FROM call_permissions WHERE "from" = @contact""", new { contact })).ShouldBe(arrival);
    }

    // Events and envelopes of a few calls known by either id or both, each delivered up to three times, shuffled, to three replicas.
    private static Gen<Delivery[]> Deliveries()
    {
        var run = Gen.Constant(0).Select(_ => Guid.NewGuid().ToString("N"));
        return from suffix in run
               from events in Gen.NonEmptyListOf(Gen.OneOf(Lifecycle(suffix), Native(suffix)))
               from times in Gen.ArrayOf(Gen.Choose(1, 3), events.Count)
               from shuffled in Gen.Shuffle(events.SelectMany((one, i) => Enumerable.Repeat(one, times[i])).ToArray())
               from replicas in Gen.ArrayOf(Gen.Choose(0, 2), shuffled.Length)
               from batches in Gen.ArrayOf(Gen.Choose(0, 2), shuffled.Length)
               from arrivals in Gen.ArrayOf(Gen.Choose(-8, 2), shuffled.Length)
               select shuffled.Select((message, i) => new Delivery(Arrived(message, Start.AddMinutes(arrivals[i])), replicas[i], batches[i])).ToArray();
    }

    // By an arrival of minutes before its times, an event of a clock that is ahead.
    private static IWebhookEvent Arrived(IWebhookEvent message, DateTimeOffset at) => message switch
    {
        CallChanged changed => changed with { ReceivedAt = at },
        CallSignalled signalled => signalled with { ReceivedAt = at, OccurredAt = at },
        _ => message,
    };

    private static Gen<IWebhookEvent> Lifecycle(string suffix)
        => from callId in Gen.Elements<string?>(null, "call_1", "call_2", "call_3")
           from external in Gen.Elements<string?>(null, "wacid.1", "wacid.2", "wacid.3")
           where callId is not null || external is not null
           from step in Gen.Elements(("call.ringing", "RINGING"), ("call.connected", "ACCEPTED"), ("call.ended", "COMPLETED"), ("call.ended", "FAILED"), ("call.missed", "MISSED"))
           from second in Gen.Choose(0, 5)
           select (IWebhookEvent)CallEvents.Make(
               step.Item1, Start.AddSeconds(second), callId is null ? null : callId + suffix, external is null ? null : external + suffix, step.Item2,
               duration: step.Item2 == "COMPLETED" ? second : null);

    private static Gen<IWebhookEvent> Native(string suffix)
    {
        var entry = from wacid in Gen.Elements("wacid.1", "wacid.2", "wacid.3")
                    from second in Gen.Choose(0, 5)
                    from kind in Gen.Choose(0, 2)
                    from status in Gen.Elements("RINGING", "accepted", "Rejected")
                    select (kind, text: kind switch
                    {
                        0 => CallEvents.Connect(wacid + suffix, Start.AddSeconds(second)),
                        1 => CallEvents.Terminate(wacid + suffix, Start.AddSeconds(second)),
                        _ => CallEvents.Status(wacid + suffix, Start.AddSeconds(second), status),
                    });
        return from entries in Gen.NonEmptyListOf(entry)
               select (IWebhookEvent)CallEvents.Signal(CallEvents.Value(
                   string.Join(',', entries.Where(one => one.kind < 2).Select(one => one.text)),
                   string.Join(',', entries.Where(one => one.kind == 2).Select(one => one.text))));
    }

    private CallsMerge NewMerge() => new(
        fixture.Database,
        new ErasedContacts(fixture.Database, Options.Create(new ErasureOptions()), NullLogger<ErasedContacts>.Instance),
        Options.Create(new CallsOptions()),
        NullLogger<CallsMerge>.Instance);

    private async Task MergeAndCompareAsync(Delivery[] deliveries)
    {
        await Task.WhenAll(deliveries.GroupBy(delivery => delivery.Replica).Select(async replica =>
        {
            var merge = NewMerge();
            foreach (var batch in replica.GroupBy(delivery => delivery.Batch))
            {
                // As in the service, both kinds at the same time.
                await Task.WhenAll(
                    merge.MergeAsync([.. batch.Select(delivery => delivery.Message).OfType<CallChanged>()], CancellationToken.None),
                    merge.MergeAsync([.. batch.Select(delivery => delivery.Message).OfType<CallSignalled>()], CancellationToken.None));
            }
        }));

        var facts = deliveries.Select(delivery => delivery.Message)
            .SelectMany(message => message is CallSignalled signal ? SignalReader.Read(signal) : [CallEventReader.Read((CallChanged)message)!])
            .GroupBy(fact => (fact.EventId, fact.Entry)).Select(Earliest).ToList();
        var expected = Grouped(facts).Select(Expected).ToList();
        (await CallsAsync(facts.SelectMany(fact => new[] { fact.CallId, fact.ExternalCallId }).OfType<string>())).ShouldBe(expected, ignoreOrder: true);
    }

    private static CallFact Earliest(IEnumerable<CallFact> same) => same.First() with
    {
        At = same.Min(fact => fact.At),
        RingingAt = same.Min(fact => fact.RingingAt),
        ConnectedAt = same.Min(fact => fact.ConnectedAt),
        EndedAt = same.Min(fact => fact.EndedAt),
        MissedAt = same.Min(fact => fact.MissedAt),
    };

    // The same rules once more, in the plainest way: put together what shares a key until nothing changes.
    private static List<List<CallFact>> Grouped(List<CallFact> facts)
    {
        var groups = facts.ConvertAll(fact => new List<CallFact> { fact });
        for (var i = 0; i < groups.Count; i++)
        {
            var keys = groups[i].SelectMany(CallKeys.Of).ToHashSet();
            if (groups.FindIndex(i + 1, group => group.SelectMany(CallKeys.Of).Any(keys.Contains)) is >= 0 and var other)
            {
                groups[i].AddRange(groups[other]);
                groups.RemoveAt(other);
                i = -1;
            }
        }

        return groups;
    }

    private static Row Expected(List<CallFact> facts)
    {
        var furthest = facts.Max(fact => fact.StatusRank);
        var ended = facts.Where(fact => fact.DurationSeconds is not null).OrderBy(fact => fact.Origin).ThenBy(fact => fact.At).ThenBy(fact => fact.EventId).ThenBy(fact => fact.Entry);
        return new Row(
            facts.Select(fact => fact.CallId).OfType<string>().Order(StringComparer.Ordinal).FirstOrDefault(),
            facts.Select(fact => fact.ExternalCallId).OfType<string>().Order(StringComparer.Ordinal).FirstOrDefault(),
            facts.First(fact => fact.StatusRank == furthest).Status,
            First(fact => fact.RingingAt),
            First(fact => fact.ConnectedAt),
            First(fact => fact.EndedAt),
            First(fact => fact.MissedAt),
            ended.FirstOrDefault()?.DurationSeconds,
            facts.Count(fact => fact.Origin != CallOrigin.Lifecycle),
            facts.Min(fact => fact.At));

        DateTimeOffset? First(Func<CallFact, DateTimeOffset?> step)
            => facts.Where(fact => step(fact) is not null).OrderBy(fact => fact.Origin).ThenBy(step).Select(step).FirstOrDefault();
    }

    private async Task<List<Row>> CallsAsync(IEnumerable<string> ids)
    {
        await using var connection = await fixture.Database.OpenConnectionAsync();
        return (await connection.QueryAsync<Row>(
            """
            SELECT call_id, external_call_id, status, ringing_at, connected_at, ended_at, missed_at, duration_seconds, signals, first_event_at
            FROM calls WHERE call_id = ANY (@Ids) OR external_call_id = ANY (@Ids)
            """,
            new { Ids = ids.Distinct().ToArray() })).AsList();
    }

    private sealed record Delivery(IWebhookEvent Message, int Replica, int Batch);

    private sealed record Row(
        string? CallId,
        string? ExternalCallId,
        string? Status,
        DateTimeOffset? RingingAt,
        DateTimeOffset? ConnectedAt,
        DateTimeOffset? EndedAt,
        DateTimeOffset? MissedAt,
        int? DurationSeconds,
        int Signals,
        DateTimeOffset FirstEventAt);
}
