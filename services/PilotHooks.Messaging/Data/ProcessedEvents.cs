using Npgsql;
using NpgsqlTypes;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Messaging.Data;

/// <summary>Notes which events are in, as part of the transaction that merges them.</summary>
internal static class ProcessedEvents
{
    private const string Sql = """
        INSERT INTO processed_events (event_id, event)
        SELECT * FROM unnest($1, $2) AS e (event_id, event) ORDER BY event_id
        ON CONFLICT DO NOTHING
        """;

    public static NpgsqlBatchCommand Insert(IReadOnlyList<IWebhookEvent> events) => new(Sql)
    {
        Parameters =
        {
            ArrayParameter.Of(events, NpgsqlDbType.Uuid, one => one.EventId),
            ArrayParameter.Of(events, NpgsqlDbType.Text, one => one.Event),
        },
    };
}
