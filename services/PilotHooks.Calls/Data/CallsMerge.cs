using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.Calls.Calls;
using PilotHooks.Calls.Signalling;
using PilotHooks.Contracts;

namespace PilotHooks.Calls.Data;

/// <summary>
/// Merges a batch of events in one transaction: (1) takes the lock of all such merges; (2) finds the calls that the
/// facts belong to; (3) adds the facts, where an event's entry counts once; (4) derives those calls anew from all their
/// facts.
/// <para>
/// One lock, not one per call: an event may name its call by either of two ids, so which calls a batch touches, and
/// which of them become one, is only known after reading, and locks taken in the order of finding out would deadlock.
/// Under it a batch costs two round trips and a commit, thousands of events a second; parsing is outside.
/// </para>
/// </summary>
internal sealed class CallsMerge(NpgsqlDataSource database, IOptions<CallsOptions> options)
{
    private readonly bool _keepsContent = options.Value.Retention.KeepsContent;

    // Two statements, each with a snapshot of its own: the second sees what the lock's last holder committed.
    private const string Lock = """
        SELECT pg_advisory_xact_lock(x'63616C6C73'::bigint);
        SELECT key, call_key FROM call_aliases WHERE key = ANY (@Keys);
        """;

    private const string Merge = """
        UPDATE call_aliases SET call_key = replaced.present FROM unnest(@Former, @Present) AS replaced (former, present) WHERE call_key = replaced.former;
        UPDATE call_events SET call_key = replaced.present FROM unnest(@Former, @Present) AS replaced (former, present) WHERE call_key = replaced.former;

        INSERT INTO call_aliases (key, call_key) SELECT * FROM unnest(@Keys, @KeyCalls) ON CONFLICT (key) DO NOTHING;
        INSERT INTO own_phones (phone) SELECT * FROM unnest(@OwnPhones) ON CONFLICT (phone) DO NOTHING;

        INSERT INTO call_events (event_id, entry, call_key, origin, at, event, call_id, external_call_id, number_id, direction, status, status_rank,
            "from", "to", ringing_at, connected_at, ended_at, missed_at, duration_seconds, sdp_type, sdp)
        SELECT * FROM unnest(@EventIds, @Entries, @CallKeys, @Origins, @Ats, @Events, @CallIds, @ExternalCallIds, @NumberIds, @Directions, @Statuses, @StatusRanks,
            @Froms, @Tos, @RingingAts, @ConnectedAts, @EndedAts, @MissedAts, @Durations, @SdpTypes, @Sdps)
        -- The same event may have come before the ingress knew the number, and again after.
        ON CONFLICT (event_id, entry) DO UPDATE SET number_id = excluded.number_id
        WHERE call_events.number_id IS NULL AND excluded.number_id IS NOT NULL;

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
        => MergeAsync(events.Select(CallEventReader.Read), cancellationToken);

    public Task MergeAsync(IReadOnlyList<CallSignalled> events, CancellationToken cancellationToken)
        => MergeAsync(events.SelectMany(SignalReader.Read), cancellationToken);

    private async Task MergeAsync(IEnumerable<CallFact> read, CancellationToken cancellationToken)
    {
        // A statement may not update a row twice, so a duplicate within the batch ends here.
        var facts = read.GroupBy(fact => (fact.EventId, fact.Entry)).Select(same => Kept(same.FirstOrDefault(fact => fact.NumberId is not null, same.First()))).ToArray();
        if (facts.Length == 0)
        {
            return;
        }

        var keys = facts.SelectMany(CallKeys.Of).Distinct(StringComparer.Ordinal).ToArray();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        using var found = await connection.QueryMultipleAsync(new CommandDefinition(Lock, new { Keys = keys }, transaction, cancellationToken: cancellationToken));
        await found.ReadAsync();
        var known = (await found.ReadAsync<(string Key, string CallKey)>()).ToDictionary(alias => alias.Key, alias => alias.CallKey, StringComparer.Ordinal);
        var links = CallLinks.Resolve(facts.Select(CallKeys.Of), known);
        await connection.ExecuteAsync(new CommandDefinition(Merge, Parameters(facts, keys, links), transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    private CallFact Kept(CallFact fact) => _keepsContent ? fact : fact.WithoutContent();

    private static object Parameters(CallFact[] facts, string[] keys, CallLinks links) => new
    {
        Former = links.Replaced.Keys.ToArray(),
        Present = links.Replaced.Values.ToArray(),
        Keys = keys,
        KeyCalls = Array.ConvertAll(keys, key => links.Calls[key]),
        OwnPhones = facts.SelectMany(fact => fact.OwnPhones).Distinct(StringComparer.Ordinal).ToArray(),
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
}
