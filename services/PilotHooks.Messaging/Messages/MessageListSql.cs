using System.Globalization;

namespace PilotHooks.Messaging.Messages;

/// <summary>
/// The statement of a list. It merges one scan per direction, each along an index that begins with what the filter
/// names, so each stops after a page, however many messages there are.
/// </summary>
internal static class MessageListSql
{
    /// <summary>The filter for sends that the provider accepted and gave no status of.</summary>
    public const string Stuck = "stuck";

    /// <summary>Whether a message belongs to a conversation: one of a group or newsletter whose id is not known belongs to none.</summary>
    private const string InConversation = "({0}.kind = 'direct' OR COALESCE({0}.group_id, {0}.newsletter_id) IS NOT NULL)";

    private const string StuckSql = """
        (SELECT f.key, f.created_at FROM pending_sends s JOIN message_facts f ON f.key = s.key
        WHERE s.accepted_at <= now() - @StuckAfter AND f.status = 'queued' AND {0} ORDER BY {1} LIMIT @Limit)
        """;

    private const string FailedByFragment = """
        SELECT o.key FROM messages p JOIN messages o ON o.message_id = p.message_id
        WHERE p.failed_at IS NOT NULL AND p.id IS NULL AND p.direction = 'outbound' AND o.direction = 'outbound'
        UNION ALL
        SELECT o.key FROM messages p JOIN messages o ON o.id = p.id
        WHERE p.failed_at IS NOT NULL AND p.number_id = '' AND p.direction = 'outbound' AND o.direction = 'outbound'
        """;

    public static string Of(MessageFilter filter, bool afterCursor, bool oldestFirst)
    {
        var order = oldestFirst ? "created_at, key" : "created_at DESC, key DESC";
        var where = string.Concat(Conditions(filter, afterCursor, oldestFirst).Select(condition => $" AND {condition}"));
        var scans = (filter.Status, DirectionsOf(filter)) switch
        {
            (_, []) => [Scan("false")],
            // Sends without a status stand in a table of their own.
            (Stuck, _) => [string.Format(CultureInfo.InvariantCulture, StuckSql, where[" AND ".Length..], Qualified(order))],
            // Failures are few and have an index of their own. One that only a platform's report tells of lies in a
            // fragment, and is found from there.
            ("failed", _) => [
                Scan($"f.own_failed_at IS NOT NULL{where}"),
                Scan($"f.own_failed_at IS NULL AND f.key IN ({FailedByFragment}){where}")],
            (_, var directions) => directions.Select(direction => Scan($"f.direction = '{direction}'{where}")),
        };
        return $"""
            SELECT v.* FROM (
                SELECT DISTINCT key, created_at FROM ({string.Join(" UNION ALL ", scans)}) scans ORDER BY {order} LIMIT @Limit
            ) page
            JOIN message_reads v ON v.key = page.key
            ORDER BY {(oldestFirst ? "page.created_at, page.key" : "page.created_at DESC, page.key DESC")}
            """;

        // A contact's numbers are few: one scan for each.
        string Scan(string condition) => filter is { Contact: not null, NumberId: null }
            ? $"""
                (SELECT s.key, s.created_at FROM conversations c CROSS JOIN LATERAL (
                    SELECT f.key, f.created_at FROM message_facts f
                    WHERE f.number_id = c.number_id AND f.contact = c.contact AND {condition} ORDER BY {order} LIMIT @Limit) s
                WHERE c.contact = @Contact)
                """
            : $"(SELECT f.key, f.created_at FROM message_facts f WHERE {condition} ORDER BY {order} LIMIT @Limit)";
    }

    /// <summary>
    /// The statement of a list that is narrowed to a text, without an index of texts: it walks through the messages in the
    /// list's order, at most <c>@MaxWalked</c> of them. Its last row may be where the walk stopped rather than a find
    /// (<c>is_found</c>), and the next page goes on from there: each page is bounded, and all of them together see every
    /// message.
    /// </summary>
    public static string Walk(MessageFilter filter, bool afterCursor, bool oldestFirst)
    {
        var order = oldestFirst ? "created_at, key" : "created_at DESC, key DESC";
        var status = filter.Status is null ? "" : " AND f.status = @Status";
        var found = $"""
            CASE WHEN COALESCE(m.content, CASE WHEN m.direction = 'outbound' AND m.id IS NOT NULL THEN (SELECT f.content FROM message_facts f WHERE f.key = m.key) END) ~ @Pattern
                OR m.media_caption ~ @Pattern
                OR (SELECT true FROM message_revisions r
                    WHERE r.message_id = COALESCE(m.message_id, m.id) AND (r.content ~ @Pattern OR r.media_caption ~ @Pattern) LIMIT 1)
            THEN (
                SELECT f.visible AND (COALESCE(f.content ~ @Pattern, false) OR COALESCE(f.media_caption ~ @Pattern, false)){status}
                FROM message_facts f WHERE f.key = m.key) END
            """;
        var where = string.Concat(RowConditions(filter, "m", afterCursor, oldestFirst).Select(condition => $" AND {condition}"));
        var scans = DirectionsOf(filter) is { Length: > 0 } directions ? directions.Select(direction => Scan($"m.direction = '{direction}'{where}")) : [Scan("false")];
        return $"""
            SELECT v.*, COALESCE(page.is_found, false) AS is_found, page.place = @MaxWalked AS is_end FROM (
                SELECT * FROM (
                    SELECT key, created_at, is_found, row_number() OVER (ORDER BY {order}) AS place
                    FROM ({string.Join(" UNION ALL ", scans)}) scans ORDER BY {order} LIMIT @MaxWalked
                ) walked
                WHERE is_found OR place = @MaxWalked ORDER BY {order} LIMIT @Limit
            ) page
            JOIN message_reads v ON v.key = page.key
            ORDER BY {(oldestFirst ? "page.created_at, page.key" : "page.created_at DESC, page.key DESC")}
            """;

        string Scan(string condition) => filter is { Contact: not null, NumberId: null }
            ? $"""
                (SELECT s.* FROM conversations c CROSS JOIN LATERAL (
                    SELECT m.key, m.created_at, {found} AS is_found FROM messages m
                    WHERE m.number_id = c.number_id AND m.contact = c.contact AND {condition} ORDER BY {order} LIMIT @MaxWalked) s
                WHERE c.contact = @Contact)
                """
            : $"(SELECT m.key, m.created_at, {found} AS is_found FROM messages m WHERE {condition} ORDER BY {order} LIMIT @MaxWalked)";
    }

    /// <summary>
    /// The same by the index of texts, after a cursor. What a send without a number, a status without an id or an edit says
    /// stands in another row than the message's own.
    /// </summary>
    public static string ByTextIndex(MessageFilter filter, bool oldestFirst)
    {
        var order = oldestFirst ? "created_at, key" : "created_at DESC, key DESC";
        string Where(string row) => string.Concat(RowConditions(filter, row, afterCursor: true, oldestFirst).Select(condition => $" AND {condition}"));
        var directions = string.Join(", ", DirectionsOf(filter).Select(direction => $"'{direction}'").DefaultIfEmpty("NULL"));
        var status = filter.Status is null ? "" : " AND f.status = @Status";
        var contact = filter is { Contact: not null, NumberId: null } ? " AND f.contact = @Contact" : "";
        return $"""
            SELECT v.* FROM (
                SELECT f.key, f.created_at FROM (
                    SELECT m.key FROM messages m WHERE (m.content ~ @Pattern OR m.media_caption ~ @Pattern){Where("m")}
                    UNION
                    SELECT o.key FROM messages p JOIN messages o ON o.id = p.id AND o.direction = 'outbound'
                    WHERE p.content ~ @Pattern AND p.number_id = '' AND p.direction = 'outbound'
                    UNION
                    SELECT o.key FROM messages p JOIN messages o ON o.message_id = p.message_id AND o.direction = 'outbound'
                    WHERE p.content ~ @Pattern AND p.id IS NULL AND p.direction = 'outbound'
                    UNION
                    SELECT o.key FROM message_revisions r JOIN messages o ON o.message_id = r.message_id
                    WHERE r.content ~ @Pattern OR r.media_caption ~ @Pattern
                ) candidates
                CROSS JOIN LATERAL (SELECT x.* FROM message_facts x WHERE x.key = candidates.key LIMIT 1) f
                WHERE f.visible AND f.direction IN ({directions}) AND (f.content ~ @Pattern OR f.media_caption ~ @Pattern)
                    {status}{contact}{Where("f")}
                ORDER BY f.{order.Replace(", ", ", f.", StringComparison.Ordinal)} LIMIT @Limit
            ) page
            JOIN message_reads v ON v.key = page.key
            ORDER BY {(oldestFirst ? "page.created_at, page.key" : "page.created_at DESC, page.key DESC")}
            """;
    }

    /// <summary>A status says its direction: messages of the other one need not be walked past.</summary>
    private static string[] DirectionsOf(MessageFilter filter)
    {
        string[] possible = filter.Status switch
        {
            null => [Direction.Outbound, Direction.Inbound],
            "received" => [Direction.Inbound],
            _ => [Direction.Outbound],
        };
        return [.. possible.Where(direction => filter.Direction is null || filter.Direction == direction)];
    }

    private static string Qualified(string order) => $"f.{order.Replace(", ", ", f.", StringComparison.Ordinal)}";

    private static IEnumerable<string> Conditions(MessageFilter filter, bool afterCursor, bool oldestFirst)
    {
        yield return "f.visible";
        if (filter is { Status: Stuck, Text: not null })
        {
            yield return "(f.content ~ @Pattern OR f.media_caption ~ @Pattern)";
        }

        foreach (var condition in RowConditions(filter, "f", afterCursor, oldestFirst))
        {
            yield return condition;
        }

        if (filter.Status is not (null or Stuck))
        {
            yield return "f.status = @Status";
            // No index holds what statuses change, so a status that hardly any message has is found by walking past the
            // others. What a message's own row rules out is not joined first.
            yield return filter.Status switch
            {
                "queued" => "f.own_sent_at IS NULL AND f.own_delivered_at IS NULL AND f.own_read_at IS NULL AND f.own_failed_at IS NULL",
                "sent" => "f.own_delivered_at IS NULL AND f.own_read_at IS NULL AND f.own_failed_at IS NULL",
                "delivered" or "failed" => "f.own_read_at IS NULL",
                _ => "true",
            };
        }
    }

    /// <summary>What a row of either the table or its view says by itself.</summary>
    private static IEnumerable<string> RowConditions(MessageFilter filter, string row, bool afterCursor, bool oldestFirst)
    {
        if (filter.NumberId is not null)
        {
            yield return $"{row}.number_id = @NumberId";
            if (filter.Contact is not null)
            {
                yield return $"{row}.contact = @Contact";
            }
        }

        if (filter.Contact is not null)
        {
            yield return string.Format(CultureInfo.InvariantCulture, InConversation, row);
        }

        if (filter.Since is not null)
        {
            yield return $"{row}.created_at >= @Since";
        }

        if (filter.Until is not null)
        {
            yield return $"{row}.created_at < @Until";
        }

        if (afterCursor)
        {
            yield return $"({row}.created_at, {row}.key) {(oldestFirst ? '>' : '<')} (@AfterAt, @AfterKey)";
        }
    }
}
