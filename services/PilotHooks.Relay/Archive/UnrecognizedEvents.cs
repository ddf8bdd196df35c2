using Dapper;
using Npgsql;
using NpgsqlTypes;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Relay.Archive;

/// <summary>
/// Archived events that the ingress could not read. One that a later version understands is published again under its id:
/// what it was archived as gives way to what it is, whichever of the two comes first, and however often.
/// </summary>
internal static class UnrecognizedEvents
{
    private const string AddSql = """
        INSERT INTO unrecognized_events (event_id, received_at, reason)
        SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::text[])
        ON CONFLICT (event_id) DO NOTHING
        """;

    /// <summary>What is understood stays; a new name that nobody knows gives way to a kind.</summary>
    private const string TakeOverSql = """
        WITH understood AS (
            SELECT * FROM unnest(@Ids, @Kinds, @Names, @Numbers, @Times) AS u(event_id, kind, event, number_id, occurred_at)
        ), read AS (
            DELETE FROM unrecognized_events x USING understood u WHERE x.event_id = u.event_id RETURNING x.event_id
        )
        UPDATE events e
        SET kind = u.kind, event = u.event, number_id = coalesce(u.number_id, e.number_id), occurred_at = u.occurred_at
        FROM understood u
        WHERE e.event_id = u.event_id AND e.kind = @Unknown AND (u.kind <> @Unknown OR u.event_id IN (SELECT event_id FROM read))
        RETURNING e.event_id, e.event
        """;

    /// <summary>Why the event could not be read; null for one that was.</summary>
    public static string? ReasonOf(IWebhookEvent message) => (message as UnknownEventReceived)?.Unrecognized;

    /// <summary>The statement that marks those of the events that were not recognized; null if all were.</summary>
    public static NpgsqlBatchCommand? Add(IEnumerable<ArchivedEvent> events)
    {
        List<ArchivedEvent> unrecognized = [.. events.Where(item => ReasonOf(item.Event) is not null)];
        return unrecognized.Count == 0 ? null : new NpgsqlBatchCommand(AddSql)
        {
            Parameters =
            {
                ArrayParameter.Of(unrecognized, NpgsqlDbType.Uuid, item => item.Event.EventId),
                ArrayParameter.Of(unrecognized, NpgsqlDbType.TimestampTz, item => item.Event.ReceivedAt.UtcDateTime),
                ArrayParameter.Of(unrecognized, NpgsqlDbType.Text, item => ReasonOf(item.Event)),
            },
        };
    }

    /// <summary>
    /// Takes over what is understood of events that were archived before, and makes the deliveries to those who subscribed to
    /// them by the names that they have now.
    /// </summary>
    public static async Task TakeOverAsync(NpgsqlConnection connection, IEnumerable<ArchivedEvent> archivedBefore, CancellationToken cancellationToken)
    {
        IWebhookEvent[] understood = [.. archivedBefore.Select(item => item.Event).Where(message => ReasonOf(message) is null)];
        if (understood.Length == 0)
        {
            return;
        }

        var parameters = new
        {
            Ids = Array.ConvertAll(understood, message => message.EventId),
            Kinds = Array.ConvertAll(understood, message => message.GetType().Name),
            Names = Array.ConvertAll(understood, message => message.Event),
            Numbers = Array.ConvertAll(understood, message => message.NumberId),
            Times = Array.ConvertAll(understood, message => message.OccurredAt.UtcDateTime),
            Unknown = nameof(UnknownEventReceived),
        };
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var taken = await connection.QueryAsync<(Guid EventId, string Event)>(new CommandDefinition(TakeOverSql, parameters, transaction, cancellationToken: cancellationToken));
        foreach (var named in taken.GroupBy(row => row.Event, row => row.EventId))
        {
            await DueDeliveries.MakeMissingAsync(connection, named.Key, [.. named], new Caller(null), redeliver: false, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }
}
