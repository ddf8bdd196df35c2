using Dapper;
using Npgsql;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Numbers.Numbers;

/// <summary>Which numbers to list; null is any.</summary>
internal sealed record NumberFilter(string? NumberId, string? State, string? Health);

/// <summary>
/// Reads numbers and their histories. What depends on the clock (the last 24 hours, the strips) is computed here, from at
/// most one event of each kind before the window and those within it; everything else stands in the row.
/// </summary>
internal sealed class NumberQueries(NpgsqlDataSource database, TimeProvider time)
{
    // In trouble, as it should be, removed.
    private const string Rank = "CASE WHEN state = 'removed' THEN 2 WHEN state = 'disconnected' OR health <> 'healthy' THEN 0 ELSE 1 END";

    /// <summary>
    /// Numbers by their first event, the newest first; with <paramref name="troubleFirst"/> those that are disconnected
    /// or not healthy before all others, and the removed ones behind. With the strips asked for, if any.
    /// </summary>
    public async Task<Page<NumberView>> ListAsync(NumberFilter filter, bool troubleFirst, UptimeQuery? strips, PageQuery page, CancellationToken cancellationToken)
    {
        var rank = troubleFirst ? Rank : "0";
        var (afterRank, afterKey) = Place(page.After, troubleFirst);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<NumberRow, int, (NumberRow Number, int Rank)>(new CommandDefinition(
            $"""
            SELECT *, {rank} AS rank FROM numbers
            WHERE (@NumberId::text IS NULL OR number_id = @NumberId)
              AND (@State::text IS NULL OR state = @State) AND (@Health::text IS NULL OR health = @Health)
              AND (@At::timestamptz IS NULL OR {rank} > @AfterRank OR ({rank} = @AfterRank AND (first_event_at, number_id) < (@At, @AfterKey)))
            ORDER BY rank, first_event_at DESC, number_id DESC
            LIMIT @Take
            """,
            new { filter.NumberId, filter.State, filter.Health, page.After?.At, AfterRank = afterRank, AfterKey = afterKey, Take = page.Limit + 1 },
            cancellationToken: cancellationToken), (number, rank) => (number, rank), "rank")).AsList();
        var now = time.GetUtcNow();
        var turns = await TurnsAsync(connection, rows.Take(page.Limit).Select(row => row.Number.NumberId), now, strips, cancellationToken);
        return page.ToPage(
            rows,
            row => new Cursor(row.Number.FirstEventAt, troubleFirst ? $"{row.Rank}|{row.Number.NumberId}" : row.Number.NumberId),
            row => row.Number.ToView([.. turns[row.Number.NumberId]], strips, now));
    }

    /// <summary>One number; null if it is not known.</summary>
    public async Task<NumberView?> FindAsync(string numberId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var now = time.GetUtcNow();
        return await FindRowAsync(connection, numberId, cancellationToken) is { } row
            ? row.ToView([.. (await TurnsAsync(connection, [numberId], now, strips: null, cancellationToken))[numberId]], strips: null, now)
            : null;
    }

    /// <summary>The number's uptime over the first of the hours asked for; null if it is not known.</summary>
    public async Task<UptimeStrip?> UptimeAsync(string numberId, UptimeQuery strip, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var now = time.GetUtcNow();
        return await FindRowAsync(connection, numberId, cancellationToken) is { } row
            ? row.StripOf([.. (await TurnsAsync(connection, [numberId], now, strip, cancellationToken))[numberId]], strip.Hours[0], strip.Slots, now)
            : null;
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

    private static Task<NumberRow?> FindRowAsync(NpgsqlConnection connection, string numberId, CancellationToken cancellationToken)
        => connection.QuerySingleOrDefaultAsync<NumberRow>(new CommandDefinition(
            "SELECT * FROM numbers WHERE number_id = @NumberId", new { NumberId = numberId }, cancellationToken: cancellationToken));

    /// <summary>The turns of each number in the last day, or in the longest strip, and the last ones before; one round trip for all.</summary>
    private static async Task<ILookup<string, NumberTurn>> TurnsAsync(
        NpgsqlConnection connection, IEnumerable<string> numberIds, DateTimeOffset now, UptimeQuery? strips, CancellationToken cancellationToken)
    {
        var turns = await connection.QueryAsync<TurnRow>(new CommandDefinition(
            """
            SELECT asked.id AS number_id, turn.at, turn.state, turn.health
            FROM unnest(@Ids) AS asked (id)
            CROSS JOIN LATERAL (
                (SELECT at, place, state, NULL AS health FROM number_events
                 WHERE number_id = asked.id AND state IS NOT NULL AND at <= @Start
                 ORDER BY at DESC, place DESC LIMIT 1)
                UNION ALL
                (SELECT at, place, NULL, health FROM number_events
                 WHERE number_id = asked.id AND health IS NOT NULL AND at <= @Start
                 ORDER BY at DESC, place DESC LIMIT 1)
                UNION ALL
                (SELECT at, place, state, health FROM number_events
                 WHERE number_id = asked.id AND at > @Start AND at <= @Now)
            ) turn
            ORDER BY asked.id, turn.at, turn.place
            """,
            new { Ids = numberIds.ToArray(), Start = now.AddHours(-Math.Max(Uptime.Day.TotalHours, strips?.Hours.Max() ?? 0)), Now = now },
            cancellationToken: cancellationToken));
        return turns.ToLookup(turn => turn.NumberId, turn => new NumberTurn(turn.At, turn.State, turn.Health));
    }

    private static (int Rank, string? Key) Place(Cursor? after, bool troubleFirst)
        => after is null ? (0, null)
            : !troubleFirst ? (0, after.Key)
            : after.Key is [>= '0' and <= '2', '|', ..] ? (after.Key[0] - '0', after.Key[2..])
            : throw new BadHttpRequestException("cursor is not one that this list handed out.");

    private sealed record TurnRow(string NumberId, DateTimeOffset At, string? State, string? Health);

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
        public NumberView ToView(IReadOnlyList<NumberTurn> turns, UptimeQuery? strips, DateTimeOffset now)
        {
            var day = Uptime.OfDay(FirstEventAt, turns, now);
            return new NumberView(NumberId, Phone, DisplayName, ProfileName, State, Health, Since, HealthSince, day.Disconnects, day.Share, Error, ErrorCode, LastEventAt)
            {
                Uptime = strips?.Hours.Select(hours => StripOf(turns, hours, strips.Slots, now)).ToArray(),
            };
        }

        public UptimeStrip StripOf(IReadOnlyList<NumberTurn> turns, int hours, int slots, DateTimeOffset now)
            => UptimeStrip.Of(FirstEventAt, turns, hours, slots, now);
    }
}
