using System.Globalization;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.Messaging.Search;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Messaging.Messages;

/// <summary>Reads messages. What they show of other rows is joined by the views of <c>V004__revisions.sql</c> and <c>V005__reading_by_row.sql</c>.</summary>
internal sealed class MessageQueries(NpgsqlDataSource database, TextSearch search, IOptions<MessagingOptions> options)
{
    /// <summary>More replies than this are found by the list, not with the message.</summary>
    private const int MaxReplies = 1000;

    // An id wins over a messageId, and that over a correlationId, by which only the send is found: the last two ways
    // differ in who knows it, the message or the send for which no number was named.
    private const string FindSql = """
        SELECT v.* FROM (
            SELECT m.key, 1 AS rank FROM messages m WHERE m.id = @Name
            UNION ALL
            SELECT m.key, 2 FROM messages m WHERE m.message_id = @Name
            UNION ALL
            SELECT m.key, 3 FROM messages m WHERE m.correlation_id = @Name AND m.direction = 'outbound'
            UNION ALL
            SELECT m.key, 3 FROM messages s JOIN messages m ON m.id = s.id AND m.direction = 'outbound'
            WHERE s.correlation_id = @Name AND s.direction = 'outbound' AND s.number_id = ''
        ) found
        JOIN message_reads v ON v.key = found.key
        WHERE v.visible AND (@NumberId::text IS NULL OR v.number_id = @NumberId)
        ORDER BY found.rank, v.created_at DESC, v.key DESC
        LIMIT 1
        """;

    private const string RepliesSql = """
        SELECT r.id, r.message_id, r."from", r.content, r.created_at FROM (
            SELECT q.key FROM messages q WHERE q.quoted_message_id = @MessageId AND q.number_id = @NumberId
            UNION
            SELECT c.key FROM messages c WHERE c.correlation_id = @CorrelationId AND c.number_id = @NumberId
        ) k
        CROSS JOIN LATERAL (SELECT o.original_key FROM reply_originals o WHERE o.reply_key = k.key LIMIT 1) x
        CROSS JOIN LATERAL (SELECT f.* FROM message_facts f WHERE f.key = k.key LIMIT 1) r
        WHERE x.original_key = @Key AND r.visible
        ORDER BY r.created_at, r.key
        LIMIT @MaxReplies
        """;

    /// <summary>The message with this id, messageId or correlationId; of several the newest, of this number if one is named.</summary>
    public async Task<MessageView?> FindAsync(string name, string? numberId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QueryFirstOrDefaultAsync<MessageRow>(new CommandDefinition(
            FindSql, new { Name = MessageKey.Bounded(name), NumberId = MessageKey.Bounded(numberId) }, cancellationToken: cancellationToken));
        if (row is null)
        {
            return null;
        }

        var names = new
        {
            row.Key,
            row.NumberId,
            MessageId = row.MessageId ?? row.Id,
            // On an inbound message it is that of the send which it answers.
            CorrelationId = row.Direction == Direction.Outbound ? row.CorrelationId : null,
            MaxReplies,
        };
        var replies = await connection.QueryAsync<ReplyRow>(new CommandDefinition(RepliesSql, names, cancellationToken: cancellationToken));
        return row.ToView([.. replies.Select(reply => new ReplyView(reply.Id, reply.MessageId, reply.From, reply.Content, reply.CreatedAt))]);
    }

    /// <summary>A page of messages, newest first or oldest first.</summary>
    public async Task<Page<MessageView>> ListAsync(MessageFilter filter, PageQuery page, bool oldestFirst, CancellationToken cancellationToken)
    {
        if (page.After is { } after && !Guid.TryParse(after.Key, CultureInfo.InvariantCulture, out _))
        {
            throw new BadHttpRequestException("cursor is not one that this list handed out.");
        }

        var parameters = new DynamicParameters(new
        {
            NumberId = MessageKey.Bounded(filter.NumberId),
            filter.Contact,
            filter.Status,
            Since = filter.Since?.UtcDateTime,
            Until = filter.Until?.UtcDateTime,
            AfterAt = page.After?.At.UtcDateTime,
            AfterKey = page.After is { Key: var key } ? Guid.Parse(key, CultureInfo.InvariantCulture) : (Guid?)null,
            Limit = page.Limit + 1,
            Pattern = filter.Text is null ? null : TextPattern.Of(filter.Text),
            options.Value.StuckAfter,
        });
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (filter is { Text: not null, Status: not MessageListSql.Stuck })
        {
            var found = await search.FindAsync(connection, filter, parameters, page.Limit + 1, oldestFirst, page.After is not null, cancellationToken);
            var answer = page.ToPage(found.Rows.ToList(), CursorOf, row => row.ToView());
            // Where a search stopped before the page was full, the next page begins there.
            return answer.Next is null && found.StoppedAt is { } end ? answer with { Next = page.Next(CursorOf(end)) } : answer;
        }

        var rows = await connection.QueryAsync<MessageRow>(new CommandDefinition(
            MessageListSql.Of(filter, page.After is not null, oldestFirst), parameters, cancellationToken: cancellationToken));
        return page.ToPage(rows.AsList(), CursorOf, row => row.ToView());
    }

    private static Cursor CursorOf(MessageRow row) => new(row.CreatedAt, row.Key.ToString());

    private sealed record ReplyRow
    {
        public string? Id { get; init; }
        public string? MessageId { get; init; }
        public string? From { get; init; }
        public string? Content { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
    }
}
