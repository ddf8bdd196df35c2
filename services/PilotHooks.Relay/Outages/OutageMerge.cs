using Dapper;
using Npgsql;

namespace PilotHooks.Relay.Outages;

/// <summary>
/// Keeps what number events said and derives from it the outage that a number is in. A number is down while it is
/// disconnected or its health is blocked; a removed one is not missed. The outage began with the first event after the
/// last one that left the number up, so an outage that changes its reason is one outage.
/// <para>
/// (1) The rows of the numbers are locked, in one order for every replica; (2) the events are added, each once; (3) the
/// outages are derived anew. The lock comes first, so a replica that waited for it derives from what the other committed.
/// </para>
/// </summary>
internal sealed class OutageMerge(NpgsqlDataSource database)
{
    // Three statements in one round trip; without an explicit transaction they are one, and each has a snapshot of its own.
    private const string Sql = """
        INSERT INTO number_outages (number_id)
        SELECT * FROM unnest(@Numbers)
        ON CONFLICT (number_id) DO UPDATE SET number_id = excluded.number_id;

        INSERT INTO number_changes (event_id, number_id, at, place, state, health)
        SELECT * FROM unnest(@EventIds, @NumberIds, @Ats, @Places, @States, @Healths)
        ON CONFLICT (event_id) DO NOTHING;

        UPDATE number_outages o
        SET down_since = begin.at, reason = CASE WHEN begin.at IS NULL THEN NULL WHEN state.state = @Disconnected THEN @Disconnected ELSE @Blocked END,
            learned_at = CASE WHEN o.down_since IS NULL OR begin.at IS NULL OR begin.at > o.down_since THEN now() ELSE o.learned_at END
        FROM unnest(@Numbers) AS touched (id)
        LEFT JOIN LATERAL (
            SELECT state FROM number_changes WHERE number_id = touched.id AND state IS NOT NULL ORDER BY at DESC, place DESC LIMIT 1) state ON true
        -- From the newest event backwards to the first that left the number up: no further than the outage lasts.
        LEFT JOIN LATERAL (
            SELECT c.at, c.place
            FROM number_changes c
            LEFT JOIN LATERAL (
                SELECT state FROM number_changes s
                WHERE s.number_id = c.number_id AND s.state IS NOT NULL AND (s.at, s.place) <= (c.at, c.place) ORDER BY s.at DESC, s.place DESC LIMIT 1) s ON true
            LEFT JOIN LATERAL (
                SELECT health FROM number_changes h
                WHERE h.number_id = c.number_id AND h.health IS NOT NULL AND (h.at, h.place) <= (c.at, c.place) ORDER BY h.at DESC, h.place DESC LIMIT 1) h ON true
            WHERE c.number_id = touched.id
                AND (coalesce(s.state, '') = @Removed OR (coalesce(s.state, '') <> @Disconnected AND coalesce(h.health, '') <> @Blocked))
            ORDER BY c.at DESC, c.place DESC LIMIT 1) up ON true
        LEFT JOIN LATERAL (
            SELECT at FROM number_changes
            WHERE number_id = touched.id AND (at, place) > (coalesce(up.at, '-infinity'), coalesce(up.place, ''))
            ORDER BY at, place LIMIT 1) begin ON true
        WHERE o.number_id = touched.id;
        """;

    public async Task MergeAsync(IReadOnlyList<NumberChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 0)
        {
            return;
        }

        var parameters = new
        {
            Numbers = changes.Select(change => change.NumberId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray(),
            EventIds = changes.Select(change => change.EventId).ToArray(),
            NumberIds = changes.Select(change => change.NumberId).ToArray(),
            Ats = changes.Select(change => change.At.ToUniversalTime()).ToArray(),
            Places = changes.Select(change => change.Place).ToArray(),
            States = changes.Select(change => change.State).ToArray(),
            Healths = changes.Select(change => change.Health).ToArray(),
            NumberChange.Disconnected,
            NumberChange.Removed,
            NumberChange.Blocked,
        };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Sql, parameters, cancellationToken: cancellationToken));
    }
}
