using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Relay.Archive;

/// <summary>What a list of events is narrowed to.</summary>
/// <param name="Event">A name, or the beginning of names with a <c>*</c> after it; null for all.</param>
/// <param name="Source">Null for all.</param>
/// <param name="NumberId">Null for all.</param>
/// <param name="Received">When.</param>
/// <param name="Recognized">Only those that the ingress could read, or only the others; null for all.</param>
internal sealed record EventFilter(string? Event, string? Source, string? NumberId, TimeRange Received, bool? Recognized = null);

/// <summary>
/// The statement that reads a page of events. However rare what it is narrowed to, it reads a bounded number of rows: the
/// kinds (source and name) that there are, with one look into an index for each, and of each kind no more than a page.
/// </summary>
/// <remarks>
/// Ranges of whole index keys, and their order, instead of equations: so no other index would do, which the planner might take
/// because it cannot know how few rows of one kind are of one number.
/// </remarks>
internal static class EventQuery
{
    private const string After = "coalesce(@Since::timestamptz, '-infinity')";
    private const string Before = "coalesce(@Before::timestamptz, 'infinity'), coalesce(@BeforeId::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')";

    public static (string Sql, object Parameters) Of(string columns, EventFilter filter, PageQuery page)
    {
        var isGroup = filter.Event?.EndsWith('*') == true;
        // What is received at the end of the range is not in it any more, whatever its id.
        var (before, beforeId) = page.After is { } cursor && (filter.Received.Until is not { } until || cursor.At < until)
            ? (cursor.At, CursorKeys.Guid(page))
            : (filter.Received.Until, filter.Received.Until is null ? null : (Guid?)Guid.Empty);
        var parameters = new
        {
            Name = isGroup ? null : filter.Event,
            Beginning = isGroup ? filter.Event![..^1] : null,
            filter.Source,
            filter.NumberId,
            filter.Received.Since,
            Before = before,
            BeforeId = beforeId,
            Limit = page.Limit + 1,
        };
        var isNarrow = filter.Event is not null || filter.Source is not null || filter.NumberId is not null;
        var sql = filter.Recognized == false ? OfUnrecognized(columns)
            : isNarrow ? OfKinds(columns, filter.NumberId is not null, Recognition(filter))
            : OfAll(columns, Recognition(filter));
        return (sql, parameters);
    }

    /// <summary>The kinds of events that there are, of a number or of all, as a recursive query.</summary>
    public static string Kinds(bool ofNumber)
    {
        var (key, last, end) = ofNumber ? ("v.number_id, v.source, v.event", "@NumberId, k.source, k.event", "v.number_id <= @NumberId") : ("v.source, v.event", "k.source, k.event", "true");
        return $"""
            kinds AS (
                (SELECT v.source, v.event FROM events v WHERE {(ofNumber ? "v.number_id >= @NumberId" : "true")} AND {end} ORDER BY {key} LIMIT 1)
                UNION ALL
                SELECT next.source, next.event
                FROM kinds k CROSS JOIN LATERAL (
                    SELECT v.source, v.event FROM events v WHERE ({key}) > ({last}) AND {end} ORDER BY {key} LIMIT 1) next
            )
            """;
    }

    /// <summary>Those not recognized are few among the others, so leaving them out one by one costs little.</summary>
    private static string Recognition(EventFilter filter)
        => filter.Recognized == true ? "(SELECT u.event_id FROM unrecognized_events u WHERE u.event_id = v.event_id) IS NULL" : "true";

    /// <summary>They lead, in the order of their own index.</summary>
    private static string OfUnrecognized(string columns) => $"""
        SELECT {columns} FROM unrecognized_events u JOIN events e USING (event_id)
        WHERE u.received_at >= {After} AND (u.received_at, u.event_id) < ({Before}) AND (@NumberId::text IS NULL OR e.number_id = @NumberId)
            AND (@Source::text IS NULL OR e.source = @Source) AND (@Name::text IS NULL OR e.event = @Name) AND (@Beginning::text IS NULL OR starts_with(e.event, @Beginning))
        ORDER BY u.received_at DESC, u.event_id DESC LIMIT @Limit
        """;

    private static string OfAll(string columns, string recognition) => $"""
        WITH page AS (
            SELECT v.event_id, v.received_at FROM events v
            WHERE v.received_at >= {After} AND (v.received_at, v.event_id) < ({Before}) AND {recognition}
            ORDER BY v.received_at DESC, v.event_id DESC LIMIT @Limit
        )
        {Shown(columns)}
        """;

    private static string OfKinds(string columns, bool ofNumber, string recognition)
    {
        // Of numbers' own index the planner must see that it holds every row.
        var (key, kind, there) = ofNumber ? ("v.number_id, v.source, v.event", "@NumberId, k.source, k.event", "v.number_id IS NOT NULL") : ("v.source, v.event", "k.source, k.event", "true");
        return $"""
            WITH RECURSIVE {Kinds(ofNumber)}, page AS (
                SELECT v.event_id, v.received_at
                FROM kinds k CROSS JOIN LATERAL (
                    SELECT v.event_id, v.received_at FROM events v
                    WHERE {there} AND ({key}, v.received_at) >= ({kind}, {After}) AND ({key}, v.received_at, v.event_id) < ({kind}, {Before}) AND {recognition}
                    ORDER BY {key.Replace(",", " DESC,", StringComparison.Ordinal)} DESC, v.received_at DESC, v.event_id DESC LIMIT @Limit) v
                WHERE (@Source::text IS NULL OR k.source = @Source) AND (@Name::text IS NULL OR k.event = @Name) AND (@Beginning::text IS NULL OR starts_with(k.event, @Beginning))
                ORDER BY v.received_at DESC, v.event_id DESC LIMIT @Limit
            )
            {Shown(columns)}
            """;
    }

    private static string Shown(string columns)
        => $"SELECT {columns} FROM page p JOIN events e ON e.event_id = p.event_id LEFT JOIN unrecognized_events u ON u.event_id = e.event_id ORDER BY p.received_at DESC, p.event_id DESC";
}
