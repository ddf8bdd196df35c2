using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.Calls.Calls;
using PilotHooks.Calls.Signalling;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Contacts;

namespace PilotHooks.Calls.Data;

/// <summary>
/// Merges a batch of events in one transaction: (1) locks the calls that the facts belong to (<see cref="CallLocks"/>);
/// (2) links what turns out to be one call; (3) adds the facts, where an event's entry counts once; (4) derives those
/// calls anew from all their facts.
/// </summary>
internal sealed partial class CallsMerge(NpgsqlDataSource database, ErasedContacts erased, IOptions<CallsOptions> options, ILogger<CallsMerge> logger)
{
    private readonly bool _keepsContent = options.Value.Retention.KeepsContent;

    private const string Merge = """
        SELECT check_erasures(@Erasures);
        UPDATE call_aliases SET call_key = replaced.present FROM unnest(@Former, @Present) AS replaced (former, present) WHERE call_key = replaced.former;
        UPDATE call_events SET call_key = replaced.present FROM unnest(@Former, @Present) AS replaced (former, present) WHERE call_key = replaced.former;

        INSERT INTO own_phones (phone) SELECT * FROM unnest(@OwnPhones) ON CONFLICT (phone) DO NOTHING;

        INSERT INTO call_events (event_id, entry, call_key, origin, at, event, call_id, external_call_id, number_id, direction, status, status_rank,
            "from", "to", ringing_at, connected_at, ended_at, missed_at, duration_seconds, sdp_type, sdp)
        SELECT * FROM unnest(@EventIds, @Entries, @CallKeys, @Origins, @Ats, @Events, @CallIds, @ExternalCallIds, @NumberIds, @Directions, @Statuses, @StatusRanks,
            @Froms, @Tos, @RingingAts, @ConnectedAts, @EndedAts, @MissedAts, @Durations, @SdpTypes, @Sdps)
        -- The same event may have come before the ingress knew the number, and again after; a time of arrival is the first.
        ON CONFLICT (event_id, entry) DO UPDATE SET
            number_id = LEAST(call_events.number_id COLLATE "C", excluded.number_id),
            at = LEAST(call_events.at, excluded.at),
            ringing_at = LEAST(call_events.ringing_at, excluded.ringing_at),
            connected_at = LEAST(call_events.connected_at, excluded.connected_at),
            ended_at = LEAST(call_events.ended_at, excluded.ended_at),
            missed_at = LEAST(call_events.missed_at, excluded.missed_at);

        DELETE FROM calls WHERE key = ANY (@Former) OR key = ANY (@KeyCalls);
        INSERT INTO calls (key, call_id, external_call_id, number_id, direction, status, "from", "to",
            ringing_at, connected_at, ended_at, missed_at, duration_seconds, signals, first_event_at)
        SELECT call_key,
            min(call_id),
            min(external_call_id),
            (array_agg(number_id ORDER BY at, event_id, entry) FILTER (WHERE number_id IS NOT NULL))[1],
            (array_agg(direction ORDER BY origin, at, event_id, entry) FILTER (WHERE direction IS NOT NULL))[1],
            (array_agg(status ORDER BY status_rank DESC, at DESC, status, event_id) FILTER (WHERE status IS NOT NULL))[1],
            (array_agg("from" ORDER BY origin, at, event_id, entry) FILTER (WHERE "from" IS NOT NULL))[1],
            (array_agg("to" ORDER BY origin, at, event_id, entry) FILTER (WHERE "to" IS NOT NULL))[1],
            (array_agg(ringing_at ORDER BY origin, ringing_at) FILTER (WHERE ringing_at IS NOT NULL))[1],
            (array_agg(connected_at ORDER BY origin, connected_at) FILTER (WHERE connected_at IS NOT NULL))[1],
            (array_agg(ended_at ORDER BY origin, ended_at) FILTER (WHERE ended_at IS NOT NULL))[1],
            (array_agg(missed_at ORDER BY origin, missed_at) FILTER (WHERE missed_at IS NOT NULL))[1],
            (array_agg(duration_seconds ORDER BY origin, at, event_id, entry) FILTER (WHERE duration_seconds IS NOT NULL))[1],
            count(*) FILTER (WHERE origin <> 0),
            min(at)
        FROM call_events WHERE call_key = ANY (@KeyCalls) GROUP BY call_key;
        """;

    public Task MergeAsync(IReadOnlyList<CallChanged> events, CancellationToken cancellationToken)
        => erased.MergeAsync(events, (kept, state) => MergeAsync(Read(kept), state, cancellationToken), cancellationToken);

    public Task MergeAsync(IReadOnlyList<CallSignalled> events, CancellationToken cancellationToken)
        => erased.MergeAsync(events, (kept, state) => MergeAsync(kept.SelectMany(SignalReader.Read), state, cancellationToken), cancellationToken);

    private List<CallFact> Read(IReadOnlyList<CallChanged> events)
    {
        var facts = new List<CallFact>(events.Count);
        foreach (var message in events)
        {
            if (CallEventReader.Read(message) is { } fact)
            {
                facts.Add(fact);
            }
            else
            {
                Log.NamesNoCall(logger, message.EventId);
            }
        }

        return facts;
    }

    private async Task MergeAsync(IEnumerable<CallFact> read, long erasures, CancellationToken cancellationToken)
    {
        // A statement may not update a row twice, so a duplicate within the batch ends here.
        var facts = read.GroupBy(fact => (fact.EventId, fact.Entry)).Select(same => Kept(same.Aggregate((one, other) => one.JoinedWith(other)))).ToArray();
        if (facts.Length == 0)
        {
            return;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var locks = await CallLocks.TakeAsync(connection, [.. facts.Select(CallKeys.Of)], cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Merge, Parameters(facts, locks.Links, erasures), locks.Transaction, cancellationToken: cancellationToken));
        await locks.Transaction.CommitAsync(cancellationToken);
    }

    private CallFact Kept(CallFact fact) => _keepsContent ? fact : fact.WithoutContent();

    private static object Parameters(CallFact[] facts, CallLinks links, long erasures) => new
    {
        Erasures = erasures,
        Former = links.Replaced.Keys.ToArray(),
        Present = links.Replaced.Values.ToArray(),
        KeyCalls = links.Calls.Values.Distinct(StringComparer.Ordinal).ToArray(),
        // In one order for every replica: a new phone waits for a replica that has it new as well.
        OwnPhones = facts.SelectMany(fact => fact.OwnPhones).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray(),
        EventIds = Column(facts, fact => fact.EventId),
        Entries = Column(facts, fact => fact.Entry),
        CallKeys = Column(facts, fact => links.Calls[CallKeys.Of(fact)[0]]),
        Origins = Column(facts, fact => (short)fact.Origin),
        Ats = Column(facts, fact => fact.At),
        Events = Column(facts, fact => fact.Event),
        CallIds = Column(facts, fact => fact.CallId),
        ExternalCallIds = Column(facts, fact => fact.ExternalCallId),
        NumberIds = Column(facts, fact => fact.NumberId),
        Directions = Column(facts, fact => fact.Direction),
        Statuses = Column(facts, fact => fact.Status),
        StatusRanks = Column(facts, fact => fact.StatusRank),
        Froms = Column(facts, fact => fact.From),
        Tos = Column(facts, fact => fact.To),
        RingingAts = Column(facts, fact => fact.RingingAt),
        ConnectedAts = Column(facts, fact => fact.ConnectedAt),
        EndedAts = Column(facts, fact => fact.EndedAt),
        MissedAts = Column(facts, fact => fact.MissedAt),
        Durations = Column(facts, fact => fact.DurationSeconds),
        SdpTypes = Column(facts, fact => fact.SdpType),
        Sdps = Column(facts, fact => fact.Sdp),
    };

    private static T[] Column<T>(CallFact[] facts, Func<CallFact, T> value) => Array.ConvertAll(facts, fact => value(fact));

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Event {EventId} names no call: it is in the archive, and changes none")]
        public static partial void NamesNoCall(ILogger logger, Guid eventId);
    }
}
