using Dapper;
using Npgsql;
using PilotHooks.Contracts;
using PilotHooks.Numbers.Changes;
using PilotHooks.ServiceDefaults.Contacts;

namespace PilotHooks.Numbers.Data;

/// <summary>
/// Merges a batch of events in one transaction: (1) locks the rows of the numbers that it touches, in one order for
/// every replica; (2) adds the events to the history, where an event id counts once; (3) derives those rows anew from
/// the whole history. The lock comes first, so a replica that waited for it derives from what the other committed.
/// <para>
/// An event may come twice with two times, where the time is that of its arrival: the earlier counts. A replica of a
/// former version may have stored a time far ahead; it is put back to its arrival before it could outlast the rest.
/// </para>
/// </summary>
internal sealed partial class NumbersMerge(NpgsqlDataSource database, ErasedContacts erased, ILogger<NumbersMerge> logger)
{
    // In one round trip; without an explicit transaction they are one, and each has a snapshot of its own.
    private const string Sql = """
        SELECT check_erasures(@Erasures);

        INSERT INTO numbers (number_id)
        SELECT * FROM unnest(@Numbers)
        ON CONFLICT (number_id) DO UPDATE SET number_id = excluded.number_id;

        INSERT INTO number_events (event_id, number_id, event, at, place, state, health, phone, display_name, profile_name, error, error_code)
        SELECT * FROM unnest(@EventIds, @NumberIds, @Events, @Ats, @Places, @States, @Healths, @Phones, @DisplayNames, @ProfileNames, @Errors, @ErrorCodes)
        ON CONFLICT (event_id) DO UPDATE SET at = excluded.at WHERE excluded.at < number_events.at;

        UPDATE number_events SET at = merged_at
        WHERE number_id = ANY (@Numbers) AND at > now() + interval '5 minutes' AND at > merged_at + interval '5 minutes';

        UPDATE numbers SET
            phone = phone.phone,
            display_name = display.display_name,
            profile_name = profile.profile_name,
            state = COALESCE(state.state, 'created'),
            since = COALESCE(state_begin.at, first.at),
            health = COALESCE(health.health, 'healthy'),
            health_since = COALESCE(health_begin.at, first.at),
            error = last.error,
            error_code = last.error_code,
            first_event_at = first.at,
            last_event_at = last.at
        FROM unnest(@Numbers) AS touched (id)
        CROSS JOIN LATERAL (
            SELECT at FROM number_events WHERE number_id = touched.id ORDER BY at, place LIMIT 1) first
        CROSS JOIN LATERAL (
            SELECT at, error, error_code FROM number_events WHERE number_id = touched.id ORDER BY at DESC, place DESC LIMIT 1) last
        -- Every event carries the phone and the display name, so these walks end at once; the profile name has an index.
        LEFT JOIN LATERAL (
            SELECT phone FROM number_events WHERE number_id = touched.id AND phone IS NOT NULL ORDER BY at DESC, place DESC LIMIT 1) phone ON true
        LEFT JOIN LATERAL (
            SELECT display_name FROM number_events WHERE number_id = touched.id AND display_name IS NOT NULL ORDER BY at DESC, place DESC LIMIT 1) display ON true
        LEFT JOIN LATERAL (
            SELECT profile_name FROM number_events WHERE number_id = touched.id AND profile_name IS NOT NULL ORDER BY at DESC, place DESC LIMIT 1) profile ON true
        -- The present state; the last event that says otherwise; the first event after that: there the present run began.
        LEFT JOIN LATERAL (
            SELECT state FROM number_events WHERE number_id = touched.id AND state IS NOT NULL ORDER BY at DESC, place DESC LIMIT 1) state ON true
        LEFT JOIN LATERAL (
            SELECT at, place FROM number_events WHERE number_id = touched.id AND state <> state.state ORDER BY at DESC, place DESC LIMIT 1) state_before ON true
        LEFT JOIN LATERAL (
            SELECT at FROM number_events
            WHERE number_id = touched.id AND state IS NOT NULL AND (at, place) > (COALESCE(state_before.at, '-infinity'), COALESCE(state_before.place, ''))
            ORDER BY at, place LIMIT 1) state_begin ON true
        LEFT JOIN LATERAL (
            SELECT health FROM number_events WHERE number_id = touched.id AND health IS NOT NULL ORDER BY at DESC, place DESC LIMIT 1) health ON true
        LEFT JOIN LATERAL (
            SELECT at, place FROM number_events WHERE number_id = touched.id AND health <> health.health ORDER BY at DESC, place DESC LIMIT 1) health_before ON true
        LEFT JOIN LATERAL (
            SELECT at FROM number_events
            WHERE number_id = touched.id AND health IS NOT NULL AND (at, place) > (COALESCE(health_before.at, '-infinity'), COALESCE(health_before.place, ''))
            ORDER BY at, place LIMIT 1) health_begin ON true
        WHERE numbers.number_id = touched.id;
        """;

    public Task MergeAsync(IReadOnlyList<NumberChanged> events, CancellationToken cancellationToken)
        => erased.MergeAsync(events, (kept, state) => MergeAsync(kept, state, cancellationToken), cancellationToken);

    private async Task MergeAsync(IReadOnlyList<NumberChanged> events, long erasures, CancellationToken cancellationToken)
    {
        var read = new List<NumberChange>(events.Count);
        foreach (var message in events)
        {
            if (NumberChange.Read(message) is { } change)
            {
                read.Add(change);
            }
            else
            {
                Log.NamesNoNumber(logger, message.EventId);
            }
        }

        // A statement may not update a row twice, so a duplicate within the batch ends here.
        var changes = read.GroupBy(change => change.EventId).Select(same => same.MinBy(change => change.At)!).ToArray();
        if (changes.Length == 0)
        {
            return;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Sql, Parameters(changes, erasures), cancellationToken: cancellationToken));
    }

    private static object Parameters(NumberChange[] changes, long erasures) => new
    {
        Erasures = erasures,
        Numbers = Column(changes, change => change.NumberId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray(),
        EventIds = Column(changes, change => change.EventId),
        NumberIds = Column(changes, change => change.NumberId),
        Events = Column(changes, change => change.Event),
        Ats = Column(changes, change => change.At),
        Places = Column(changes, change => change.Place),
        States = Column(changes, change => change.State),
        Healths = Column(changes, change => change.Health),
        Phones = Column(changes, change => change.Phone),
        DisplayNames = Column(changes, change => change.DisplayName),
        ProfileNames = Column(changes, change => change.ProfileName),
        Errors = Column(changes, change => change.Error),
        ErrorCodes = Column(changes, change => change.ErrorCode),
    };

    private static T[] Column<T>(NumberChange[] changes, Func<NumberChange, T> value) => Array.ConvertAll(changes, change => value(change));

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Event {EventId} names no number: it is in the archive, and changes none")]
        public static partial void NamesNoNumber(ILogger logger, Guid eventId);
    }
}
