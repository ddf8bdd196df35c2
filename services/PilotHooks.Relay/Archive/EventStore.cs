using System.Diagnostics;
using System.Globalization;
using Dapper;
using Npgsql;
using PilotHooks.Contracts;
using PilotHooks.Relay.Deliveries;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Relay.Archive;

/// <summary>Reads the archive, and makes deliveries anew from it.</summary>
internal sealed class EventStore(NpgsqlDataSource database)
{
    private const string Columns = "e.event_id, e.kind, e.event, e.source, e.number_id, e.occurred_at, e.received_at, e.archived_at, e.traceparent, u.reason";

    public async Task<Page<EventModel>> ListAsync(EventFilter filter, PageQuery page, CancellationToken cancellationToken)
    {
        var (sql, parameters) = EventQuery.Of(Columns, filter, page);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList();
        return page.ToPage(rows, row => new Cursor(row.ReceivedAt, row.EventId.ToString()), row => row.ToModel());
    }

    public async Task<EventDetailModel?> FindAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindRowAsync(connection, id, caller, cancellationToken) is { } row
            ? row.ToDetail([.. row.OwnSteps(), .. await DeliveryStepsAsync(connection, id, caller, cancellationToken)])
            : null;
    }

    /// <summary>The event as it came over the bus, to be published again; its payload is empty if it is no longer kept.</summary>
    public async Task<IWebhookEvent?> FindMessageAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await FindRowAsync(connection, id, caller, cancellationToken))?.ToMessage();
    }

    /// <summary>Makes deliveries of the event anew.</summary>
    public async Task RequeueAsync(IWebhookEvent message, Caller caller, bool redeliver, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await DueDeliveries.MakeMissingAsync(connection, message.Event, [message.EventId], caller, redeliver, cancellationToken);
    }

    private static async Task<Row?> FindRowAsync(NpgsqlConnection connection, Guid id, Caller caller, CancellationToken cancellationToken)
    {
        const string sql = $"SELECT {Columns}, e.payload FROM events e LEFT JOIN unrecognized_events u USING (event_id) WHERE e.event_id = @id AND (@NumberId::text IS NULL OR e.number_id = @NumberId)";
        return await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(sql, new { id, caller.NumberId }, cancellationToken: cancellationToken));
    }

    /// <summary>Of endpoints that exist; a number's own key sees those of its number.</summary>
    private static async Task<IEnumerable<StepModel>> DeliveryStepsAsync(NpgsqlConnection connection, Guid id, Caller caller, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT d.id AS delivery_id, e.id AS endpoint_id, e.name, d.created_at AS at, NULL::int AS duration_ms, 0 AS number, NULL::boolean AS succeeded, NULL::int AS status_code, NULL::text AS error
            FROM deliveries d JOIN endpoints e ON e.id = d.endpoint_id
            WHERE d.id BETWEEN @First AND @Last AND d.event_id = @id AND (@NumberId::text IS NULL OR e.number_id = @NumberId)
            UNION ALL
            SELECT d.id, e.id, e.name, a.at, a.duration_ms, a.number, a.succeeded, a.status_code, a.error
            FROM deliveries d JOIN endpoints e ON e.id = d.endpoint_id JOIN attempt_log a ON a.delivery_id = d.id AND a.at IS NOT NULL
            WHERE d.id BETWEEN @First AND @Last AND d.event_id = @id AND (@NumberId::text IS NULL OR e.number_id = @NumberId)
            ORDER BY at, number
            """;
        var (first, last) = DeliveryIds.Around(id);
        var rows = await connection.QueryAsync<StepRow>(new CommandDefinition(sql, new { id, First = first, Last = last, caller.NumberId }, cancellationToken: cancellationToken));
        return rows.Select(row => row.ToModel());
    }

    private sealed class Row
    {
        public Guid EventId { get; init; }

        public required string Kind { get; init; }

        public required string Event { get; init; }

        public required string Source { get; init; }

        public string? NumberId { get; init; }

        public DateTimeOffset OccurredAt { get; init; }

        public DateTimeOffset ReceivedAt { get; init; }

        public DateTimeOffset ArchivedAt { get; init; }

        public string? Traceparent { get; init; }

        public string? Reason { get; init; }

        public byte[]? Payload { get; init; }

        private string? TraceId => ActivityContext.TryParse(Traceparent, null, out var context) ? context.TraceId.ToString() : null;

        public EventModel ToModel() => new(EventId, Event, Source, NumberId, ReceivedAt, TraceId, Kind, Reason is null, Reason);

        public EventDetailModel ToDetail(IReadOnlyList<StepModel> steps)
            => new(EventId, Event, Source, NumberId, ReceivedAt, TraceId, Kind, Reason is null, Reason, RawJson.Of(Payload), steps);

        public IEnumerable<StepModel> OwnSteps() =>
        [
            new("ingress", "received", ReceivedAt, null, "accepted", Source),
            new("relay", "archived", ArchivedAt, Math.Max(0, (ArchivedAt - ReceivedAt).TotalMilliseconds), "archived", null),
        ];

        public IWebhookEvent ToMessage()
            => (IWebhookEvent)Activator.CreateInstance(
                Queues.ByEvent.Keys.Single(kind => kind.Name == Kind),
                EventId, Event, Source, NumberId, OccurredAt, ReceivedAt, new ReadOnlyMemory<byte>(Payload))!;
    }

    private sealed class StepRow
    {
        public Guid DeliveryId { get; init; }

        public required string EndpointId { get; init; }

        public required string Name { get; init; }

        public DateTimeOffset At { get; init; }

        public int? DurationMs { get; init; }

        public int Number { get; init; }

        public bool? Succeeded { get; init; }

        public int? StatusCode { get; init; }

        public string? Error { get; init; }

        public StepModel ToModel() => Succeeded is not { } succeeded
            ? new StepModel("relay", "queued", At, null, "queued", EndpointId, EndpointId, Name, DeliveryId)
            : new StepModel(
                "relay",
                "attempt",
                At,
                DurationMs,
                succeeded ? "SUCCESS" : "FAILED",
                string.Create(CultureInfo.InvariantCulture, $"{EndpointId}, attempt {Number}: {StatusCode?.ToString(CultureInfo.InvariantCulture) ?? Error}"),
                EndpointId,
                Name,
                DeliveryId);
    }
}
