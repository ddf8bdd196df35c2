using Npgsql;
using NpgsqlTypes;
using PilotHooks.Contracts;

namespace PilotHooks.Messaging.Data;

/// <summary>Notes which events are in, as part of the transaction that merges them.</summary>
internal static class ProcessedEvents
{
    private const string Sql = """
        INSERT INTO processed_events (event_id, event)
        SELECT * FROM unnest($1, $2) AS e (event_id, event) ORDER BY event_id
        ON CONFLICT DO NOTHING
        """;

    public static NpgsqlBatchCommand Insert(IReadOnlyCollection<IWebhookEvent> events) => new(Sql)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid[]> { TypedValue = [.. events.Select(one => one.EventId)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
            new NpgsqlParameter<string[]> { TypedValue = [.. events.Select(one => one.Event)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        },
    };
}
