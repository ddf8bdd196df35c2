using System.Runtime.CompilerServices;
using Dapper;
using Npgsql;
using PilotHooks.Relay.Archive;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.RefusedRequests;
using PilotHooks.ServiceDefaults.Contacts;

namespace PilotHooks.Relay.Contacts;

/// <summary>
/// A person's archived events with their deliveries and attempts, what other events tell of the person's messages and calls,
/// what subscribers answered with the number in it, and refused requests.
/// </summary>
internal sealed class RelayContacts(NpgsqlDataSource database, EventErasure events) : IContactData
{
    private const int Batch = 50;

    private const string RefusedSql = """
        SELECT id, source, at, status, reason, bytes, payload FROM refused_requests
        WHERE (at, id) > (@At, @Id) ORDER BY at, id LIMIT @Batch
        """;

    private const string AnswersSql = """
        UPDATE attempts SET response = NULL WHERE response ~ @Pattern;
        UPDATE deliveries SET first_response = NULL WHERE first_response ~ @Pattern;
        """;

    // A subscriber may have answered with what it got.
    private const string QuoteSql = """
        UPDATE events SET payload = @Payload WHERE event_id = @EventId AND payload IS NOT NULL;
        UPDATE attempts SET response = NULL WHERE delivery_id BETWEEN @First AND @Last AND event_id = @EventId AND response IS NOT NULL;
        UPDATE deliveries SET first_response = NULL WHERE id BETWEEN @First AND @Last AND event_id = @EventId AND first_response IS NOT NULL;
        """;

    private const string DeliveriesSql = """
        SELECT a.delivery_id, a.endpoint_id AS webhook_id, a.number, a.at, a.succeeded, a.status_code, a.error, a.response
        FROM deliveries d JOIN attempt_log a ON a.delivery_id = d.id AND a.at IS NOT NULL
        WHERE d.id BETWEEN @First AND @Last AND d.event_id = @EventId ORDER BY a.at, a.number
        """;

    public async Task<long> EraseAsync(ContactId contact, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var (found, own) = (new List<Guid>(), new HashSet<string>(StringComparer.Ordinal));
        await foreach (var stored in ContactEvents.OfAsync(connection, contact, cancellationToken))
        {
            found.Add(stored.EventId);
            own.UnionWith(EventLinks.Of(stored.Payload!).Own);
        }

        var erased = own.Count == 0 ? 0 : await EraseWhatHangsOnAsync(connection, own, found, cancellationToken);
        erased += await events.EraseAsync(connection, found, cancellationToken);
        erased += await connection.ExecuteAsync(new CommandDefinition(
            AnswersSql, new { Pattern = ContactScan.PatternOf(contact) }, commandTimeout: 0, cancellationToken: cancellationToken));
        await foreach (var request in RefusedAsync(connection, contact, cancellationToken))
        {
            erased += await connection.ExecuteAsync(new CommandDefinition("DELETE FROM refused_requests WHERE id = @Id", new { request.Id }, cancellationToken: cancellationToken));
        }

        return erased;
    }

    public async Task ExportAsync(ContactId contact, ExportWriter export, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await export.ListAsync("events", ExportedAsync(connection, contact, cancellationToken), cancellationToken);
        await export.ListAsync("refusedRequests", RefusedAsync(connection, contact, cancellationToken).Select(request => request.ToModel()), cancellationToken);
    }

    /// <summary>
    /// Reports and signals of the person's messages and calls that name no party are the person's, too. What another wrote in
    /// answer stays, without the text that it quotes.
    /// </summary>
    private static async Task<long> EraseWhatHangsOnAsync(NpgsqlConnection connection, HashSet<string> own, List<Guid> found, CancellationToken cancellationToken)
    {
        var (known, changed) = (found.ToHashSet(), 0L);
        await foreach (var stored in ContactEvents.ThatMayHangAsync(connection, cancellationToken))
        {
            if (known.Contains(stored.EventId))
            {
                continue;
            }

            var links = EventLinks.Of(stored.Payload!);
            if (links.Own.Overlaps(own))
            {
                found.Add(stored.EventId);
            }
            else if (links.Quoted.Overlaps(own))
            {
                var (first, last) = DeliveryIds.Around(stored.EventId);
                changed += await connection.ExecuteAsync(new CommandDefinition(
                    QuoteSql,
                    new { Payload = QuotedText.Without(stored.Payload!), stored.EventId, First = first, Last = last },
                    cancellationToken: cancellationToken));
            }
        }

        return changed;
    }

    private static async IAsyncEnumerable<ExportedEvent> ExportedAsync(NpgsqlConnection connection, ContactId contact, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var stored in ContactEvents.OfAsync(connection, contact, cancellationToken))
        {
            var (first, last) = DeliveryIds.Around(stored.EventId);
            var attempts = await connection.QueryAsync<ExportedAttempt>(new CommandDefinition(
                DeliveriesSql, new { First = first, Last = last, stored.EventId }, cancellationToken: cancellationToken));
            yield return new ExportedEvent(stored.EventId, stored.Event, stored.Source, stored.NumberId, stored.ReceivedAt, RawJson.Of(stored.Payload), attempts.AsList());
        }
    }

    private static IAsyncEnumerable<Refused> RefusedAsync(NpgsqlConnection connection, ContactId contact, CancellationToken cancellationToken)
        => TableScan.RowsAsync<Refused>(Batch, last => connection.QueryAsync<Refused>(new CommandDefinition(
            RefusedSql, new { At = last?.At ?? DateTimeOffset.UnixEpoch, Id = last?.Id ?? Guid.Empty, Batch }, commandTimeout: 0, cancellationToken: cancellationToken)))
            .Where(request => request.Payload is not null && ContactScan.IsOf(request.Payload, contact));

    private sealed record ExportedEvent(
        Guid EventId, string Event, string Source, string? NumberId, DateTimeOffset ReceivedAt, RawJson? Payload, IReadOnlyList<ExportedAttempt> Attempts);

    private sealed record ExportedAttempt(
        Guid DeliveryId, string WebhookId, int Number, DateTimeOffset At, bool Succeeded, int? StatusCode, string? Error, string? Response);

    private sealed record Refused(Guid Id, string Source, DateTimeOffset At, int Status, string Reason, long? Bytes, byte[]? Payload)
    {
        public RefusedRequestModel ToModel() => new(Id, Source, At, Status, Reason, Bytes, RefusedRequestPayload.Show(Payload), null);
    }
}
