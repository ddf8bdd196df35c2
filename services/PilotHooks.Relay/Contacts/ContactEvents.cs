using Dapper;
using Npgsql;
using PilotHooks.ServiceDefaults.Contacts;

namespace PilotHooks.Relay.Contacts;

/// <summary>An archived event with its body.</summary>
internal sealed record StoredEvent(Guid EventId, string Event, string Source, string? NumberId, DateTimeOffset ReceivedAt, byte[]? Payload);

/// <summary>
/// Finds events of the archive by what their bodies say, page by page in the order of their reception. Who an event is of
/// stands in its body alone: to keep it apart would cost with every event, and this is asked for rarely.
/// </summary>
internal static class ContactEvents
{
    private const int Batch = 500;

    /// <summary>Names nobody by itself: what tells of a message or call of somebody whom another event names, or quotes one.</summary>
    private const string MayHang = """
        (event = 'message.report' OR kind IN ('CallChanged', 'CallSignalled')
            OR position('contentReplied'::bytea in payload) > 0 OR position('content_replied'::bytea in payload) > 0)
        """;

    public static IAsyncEnumerable<StoredEvent> OfAsync(NpgsqlConnection connection, ContactId contact, CancellationToken cancellationToken)
        => ScanAsync(connection, "position(@Needle in payload) > 0", ContactScan.NeedleOf(contact), cancellationToken).Where(stored => ContactScan.IsOf(stored.Payload, contact));

    public static IAsyncEnumerable<StoredEvent> ThatMayHangAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => ScanAsync(connection, MayHang, [], cancellationToken);

    private static IAsyncEnumerable<StoredEvent> ScanAsync(NpgsqlConnection connection, string condition, byte[] needle, CancellationToken cancellationToken)
    {
        var sql = $"""
            SELECT event_id, event, source, number_id, received_at, CASE WHEN payload IS NOT NULL AND {condition} THEN payload END AS payload
            FROM events WHERE (received_at, event_id) > (@At, @Id) ORDER BY received_at, event_id LIMIT @Batch
            """;
        return TableScan.RowsAsync<StoredEvent>(Batch, last => connection.QueryAsync<StoredEvent>(new CommandDefinition(
            sql,
            new { At = last?.ReceivedAt ?? DateTimeOffset.UnixEpoch, Id = last?.EventId ?? Guid.Empty, Needle = needle, Batch },
            commandTimeout: 0, cancellationToken: cancellationToken))).Where(stored => stored.Payload is not null);
    }
}
