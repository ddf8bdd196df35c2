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

    private const string Columns = """
        a.delivery_id, a.id, a.event_id, a.event, a.number, a.at, a.succeeded, a.status_code, a.error, a.response, a.duration_ms, a.format
        """;

    /// <param name="endpointId">Of this endpoint.</param>
    /// <param name="event">Of this event only; null for all.</param>
    /// <param name="status">Of this status only; null for both.</param>
    /// <param name="content">Whether with what was sent and what came back.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<Page<AttemptModel>> ListAsync(string endpointId, string? @event, string? status, bool content, PageQuery page, CancellationToken cancellationToken)
    {
        const string sql = $"""
            WITH page AS (
                SELECT {Columns}, d.body, CASE WHEN @content THEN coalesce(d.size, 0) ELSE 0 END AS size
                FROM attempt_log a LEFT JOIN deliveries d ON d.id = a.delivery_id
                WHERE a.endpoint_id = @endpointId AND a.at IS NOT NULL AND (@event::text IS NULL OR a.event = @event) AND (@succeeded::boolean IS NULL OR a.succeeded = @succeeded)
                    AND (@At::timestamptz IS NULL OR (a.at, a.id) < (@At, @Key))
                ORDER BY a.at DESC, a.id DESC LIMIT @Limit
            ), measured AS (
                SELECT *, sum(size) OVER (ORDER BY at DESC, id DESC) - size < @MaxPageBytes AS fits FROM page
            )
            SELECT m.*, v.number_id, coalesce(v.occurred_at, m.at) AS occurred_at, CASE WHEN m.fits AND @content THEN coalesce(m.body, v.payload) END AS payload
            FROM measured m LEFT JOIN events v ON v.event_id = m.event_id
            ORDER BY m.at DESC, m.id DESC
            """;
        var parameters = new
        {
            endpointId,
            @event,
            content,
            succeeded = status is null ? (bool?)null : status == AttemptModel.Success,
            At = page.After?.At.UtcDateTime,
            Key = CursorKeys.Guid(page),
            Limit = page.Limit + 1,
            MaxPageBytes,
        };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList();
        var shown = rows.TakeWhile(row => row.Fits).Take(page.Limit).ToList();
        return new Page<AttemptModel>(
            shown.ConvertAll(row => row.ToModel(content)),
            rows.Count > shown.Count ? page.Next(new Cursor(shown[^1].At, shown[^1].Id.ToString())) : null);
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

        public required string Event { get; init; }

        public int Number { get; init; }

        public DateTime At { get; init; }

        public bool Succeeded { get; init; }

        public int? StatusCode { get; init; }

        public string? Error { get; init; }

        public string? Response { get; init; }

        public int DurationMs { get; init; }

        public required string Format { get; init; }

        public string? NumberId { get; init; }

        public DateTime OccurredAt { get; init; }

        public byte[]? Payload { get; init; }

        public bool Fits { get; init; }

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
