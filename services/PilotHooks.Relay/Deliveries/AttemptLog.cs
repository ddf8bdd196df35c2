using Dapper;
using Npgsql;
using PilotHooks.Relay.Archive;
using PilotHooks.Relay.Formats;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Reads attempts. What was sent is not stored with each of them: it is rendered again from the archived event, in the
/// format of that attempt.
/// </summary>
internal sealed class AttemptLog(NpgsqlDataSource database)
{
    /// <summary>A page ends early rather than load more than this of bodies; its cursor goes on behind.</summary>
    private const long MaxPageBytes = 16 * 1024 * 1024;

    /// <summary>How many attempts a page looks through for those that it shows.</summary>
    private const int MaxLooked = 10_000;

    private const string Columns = """
        a.delivery_id, a.id, a.event_id, a.event, a.number, a.at, a.succeeded, a.status_code, a.error, a.response, a.duration_ms, a.format
        """;

    /// <summary>First the keys of what is looked through, then what is shown of them. A row without an attempt tells where a page ends that shows none.</summary>
    private const string ListSql = $"""
        WITH looked AS MATERIALIZED (
            SELECT a.delivery_id, a.id, a.at, a.event, a.succeeded
            FROM attempt_log a
            WHERE a.endpoint_id = @endpointId AND a.at IS NOT NULL AND (NOT @isFailed OR NOT a.succeeded) AND (@At::timestamptz IS NULL OR (a.at, a.id) < (@At, @Key))
            ORDER BY a.at DESC, a.id DESC LIMIT @MaxLooked
        ), ending AS (
            SELECT count(*) OVER () AS looked, at AS end_at, id AS end_id FROM looked ORDER BY at, id LIMIT 1
        ), page AS (
            SELECT l.delivery_id, l.id, l.at, d.body, CASE WHEN @content THEN coalesce(d.size, 0) ELSE 0 END AS size
            FROM looked l LEFT JOIN deliveries d ON d.id = l.delivery_id
            WHERE (@event::text IS NULL OR l.event = @event) AND (@succeeded::boolean IS NULL OR l.succeeded = @succeeded)
            ORDER BY l.at DESC, l.id DESC LIMIT @Limit
        ), measured AS (
            SELECT *, sum(size) OVER (ORDER BY at DESC, id DESC) - size < @MaxPageBytes AS fits FROM page
        ), shown AS MATERIALIZED (
            SELECT {Columns}, m.fits, v.number_id, coalesce(v.occurred_at, a.at) AS occurred_at, CASE WHEN m.fits AND @content THEN coalesce(m.body, v.payload) END AS payload
            FROM measured m JOIN attempt_log a ON a.delivery_id = m.delivery_id AND a.id = m.id AND a.at IS NOT NULL LEFT JOIN events v ON v.event_id = a.event_id
        )
        SELECT e.*, s.id IS NOT NULL AS is_found, s.* FROM ending e LEFT JOIN shown s ON true ORDER BY s.at DESC, s.id DESC
        """;

    /// <param name="endpointId">Of this endpoint.</param>
    /// <param name="event">Of this event only; null for all.</param>
    /// <param name="status">Of this status only; null for both.</param>
    /// <param name="content">Whether with what was sent and what came back.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <returns>A page may be short, or empty, and have a next one: of a rare event it looks through a part of the attempts.</returns>
    public async Task<Page<AttemptModel>> ListAsync(string endpointId, string? @event, string? status, bool content, PageQuery page, CancellationToken cancellationToken)
    {
        var isFailed = status == AttemptModel.Failed;
        var parameters = new
        {
            endpointId,
            @event,
            content,
            isFailed,
            succeeded = status is null ? (bool?)null : !isFailed,
            page.After?.At,
            Key = CursorKeys.Guid(page),
            Limit = page.Limit + 1,
            // Failed ones have an index of their own.
            MaxLooked = @event is null && status != AttemptModel.Success ? page.Limit + 1 : MaxLooked,
            MaxPageBytes,
        };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(ListSql, parameters, cancellationToken: cancellationToken))).AsList();
        var shown = rows.TakeWhile(row => row is { IsFound: true, Fits: true }).Take(page.Limit).ToList();
        var isMore = rows.Count(row => row.IsFound) > shown.Count;
        var last = isMore ? shown[^1] : rows is [{ Looked: var looked } end, ..] && looked == parameters.MaxLooked ? end : null;
        return new Page<AttemptModel>(
            shown.ConvertAll(row => row.ToModel(content)),
            last is null ? null : page.Next(isMore ? new Cursor(last.At, last.Id.ToString()) : new Cursor(last.EndAt, last.EndId.ToString())));
    }

    /// <summary>All attempts of one delivery, oldest first.</summary>
    public static async Task<List<AttemptModel>> OfDeliveryAsync(NpgsqlConnection connection, Guid deliveryId, CancellationToken cancellationToken)
    {
        const string sql = $"""
            SELECT {Columns}, v.number_id, coalesce(v.occurred_at, a.at) AS occurred_at, coalesce(d.body, v.payload) AS payload
            FROM attempt_log a JOIN deliveries d ON d.id = a.delivery_id LEFT JOIN events v ON v.event_id = a.event_id
            WHERE a.delivery_id = @deliveryId AND a.at IS NOT NULL
            ORDER BY a.number, a.at
            """;
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(sql, new { deliveryId }, cancellationToken: cancellationToken));
        return rows.AsList().ConvertAll(row => row.ToModel(content: true));
    }

    private sealed class Row
    {
        public Guid DeliveryId { get; init; }

        public Guid Id { get; init; }

        public Guid EventId { get; init; }

        public string Event { get; init; } = "";

        public int Number { get; init; }

        public DateTimeOffset At { get; init; }

        public bool Succeeded { get; init; }

        public int? StatusCode { get; init; }

        public string? Error { get; init; }

        public string? Response { get; init; }

        public int DurationMs { get; init; }

        public string Format { get; init; } = "";

        public string? NumberId { get; init; }

        public DateTimeOffset OccurredAt { get; init; }

        public byte[]? Payload { get; init; }

        public bool Fits { get; init; }

        /// <summary>Whether the row holds an attempt.</summary>
        public bool IsFound { get; init; }

        /// <summary>How many attempts were looked through.</summary>
        public long Looked { get; init; }

        /// <summary>Of the last of them.</summary>
        public DateTimeOffset EndAt { get; init; }

        public Guid EndId { get; init; }

        public AttemptModel ToModel(bool content) => new(
            DeliveryId,
            EventId,
            Event,
            Number,
            Succeeded ? AttemptModel.Success : AttemptModel.Failed,
            StatusCode,
            Error,
            Payload is null ? null : new RawJson(WebhookFormats.Render(Format, new RelayedEvent(EventId, Event, NumberId, OccurredAt, Payload))),
            content ? Response : null,
            DurationMs,
            At,
            NumberId,
            Format);
    }
}
