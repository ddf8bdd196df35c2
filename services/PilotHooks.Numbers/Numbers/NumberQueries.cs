using Dapper;
using Npgsql;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Numbers.Numbers;

/// <summary>
/// Reads numbers and their histories. What depends on the clock (the last 24 hours) is computed here, from at most one
/// event before the window and those within it; everything else stands in the row.
/// </summary>
internal sealed class NumberQueries(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Numbers by their first event, the newest first; of one number, in one state or of one health where these are given.</summary>
    public async Task<Page<NumberView>> ListAsync(string? numberId, string? state, string? health, PageQuery page, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<NumberRow>(new CommandDefinition(
            """
            SELECT * FROM numbers
            WHERE (@NumberId::text IS NULL OR number_id = @NumberId)
              AND (@State::text IS NULL OR state = @State) AND (@Health::text IS NULL OR health = @Health)
              AND (@At::timestamptz IS NULL OR (first_event_at, number_id) < (@At, @Key))
            ORDER BY first_event_at DESC, number_id DESC
            LIMIT @Take
            """,
            new { NumberId = numberId, State = state, Health = health, page.After?.At, page.After?.Key, Take = page.Limit + 1 },
            cancellationToken: cancellationToken))).AsList();
        var uptimes = await UptimesAsync(connection, rows.Take(page.Limit), cancellationToken);
        return page.ToPage(rows, row => new Cursor(row.FirstEventAt, row.NumberId), row => row.ToView(uptimes[row.NumberId]));
    }

    /// <summary>One number; null if it is not known.</summary>
    public async Task<NumberView?> FindAsync(string numberId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<NumberRow>(new CommandDefinition(
            "SELECT * FROM numbers WHERE number_id = @NumberId", new { NumberId = numberId }, cancellationToken: cancellationToken));
        return row?.ToView((await UptimesAsync(connection, [row], cancellationToken))[row.NumberId]);
    }

    /// <summary>How many numbers there are that are not removed, how many of them are disconnected, and how many not healthy.</summary>
    public async Task<NumberCounts> CountAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<NumberCounts>(new CommandDefinition(
            """
            SELECT count(*) AS known, count(*) FILTER (WHERE state = 'disconnected') AS down, count(*) FILTER (WHERE health <> 'healthy') AS ill
            FROM numbers WHERE state <> 'removed'
            """,
            cancellationToken: cancellationToken));
    }

    /// <summary>The number's events, the newest first; null if it is not known.</summary>
    public async Task<Page<NumberHistoryItem>?> HistoryAsync(string numberId, PageQuery page, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<HistoryRow>(new CommandDefinition(
            """
            SELECT event, at, place, error, error_code FROM number_events
            WHERE number_id = @NumberId AND (@At::timestamptz IS NULL OR (at, place) < (@At, @Key))
            ORDER BY at DESC, place DESC
            LIMIT @Take
            """,
            new { NumberId = numberId, page.After?.At, page.After?.Key, Take = page.Limit + 1 },
            cancellationToken: cancellationToken))).AsList();
        return rows.Count == 0 && page.After is null
            ? null
            : page.ToPage(rows, row => new Cursor(row.At, row.Place), row => new NumberHistoryItem(row.Event, row.At, row.Error, row.ErrorCode));
    }

    private async Task<Dictionary<string, Uptime>> UptimesAsync(NpgsqlConnection connection, IEnumerable<NumberRow> numbers, CancellationToken cancellationToken)
    {
        var firstEventAts = numbers.ToDictionary(number => number.NumberId, number => number.FirstEventAt);
        var now = time.GetUtcNow();
        var states = await connection.QueryAsync<StateRow>(new CommandDefinition(
            """
            SELECT asked.id AS number_id, begun.at, begun.state
            FROM unnest(@Ids) AS asked (id)
            CROSS JOIN LATERAL (
                (SELECT at, place, state FROM number_events
                 WHERE number_id = asked.id AND state IS NOT NULL AND at <= @Start
                 ORDER BY at DESC, place DESC LIMIT 1)
                UNION ALL
                (SELECT at, place, state FROM number_events
                 WHERE number_id = asked.id AND state IS NOT NULL AND at > @Start AND at <= @Now)
            ) begun
            ORDER BY asked.id, begun.at, begun.place
            """,
            new { Ids = firstEventAts.Keys.ToArray(), Start = now - Uptime.Window, Now = now },
            cancellationToken: cancellationToken));
        var byNumber = states.ToLookup(state => state.NumberId, state => new StateBegin(state.At, state.State));
        return firstEventAts.ToDictionary(number => number.Key, number => Uptime.Of(number.Value, byNumber[number.Key], now));
    }

    private sealed record StateRow(string NumberId, DateTimeOffset At, string State);

    private sealed record HistoryRow(string Event, DateTimeOffset At, string Place, string? Error, string? ErrorCode);

    private sealed record NumberRow(
        string NumberId,
        string? Phone,
        string? DisplayName,
        string? ProfileName,
        string State,
        string Health,
        DateTimeOffset Since,
        DateTimeOffset HealthSince,
        string? Error,
        string? ErrorCode,
        DateTimeOffset FirstEventAt,
        DateTimeOffset LastEventAt)
    {
        public NumberView ToView(Uptime uptime) => new(
            NumberId, Phone, DisplayName, ProfileName, State, Health, Since, HealthSince, uptime.Disconnects, uptime.Share, Error, ErrorCode, LastEventAt);
    }
}
