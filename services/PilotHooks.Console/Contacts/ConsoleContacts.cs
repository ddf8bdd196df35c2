using System.Text;
using System.Text.Json;
using Dapper;
using Npgsql;
using PilotHooks.Console.DeadLetters;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Contacts;

namespace PilotHooks.Console.Contacts;

/// <summary>A person's dead letters: those in the database, and those that are set aside in a queue.</summary>
internal sealed class ConsoleContacts(NpgsqlDataSource database, SetAsideLetters setAside) : IContactData
{
    private const int Batch = 50;

    private const string ScanSql = """
        SELECT id, queue, event_id, event, source, number_id, reason, exception_type, failed_at, replayed_at, payload, properties::text AS properties, headers::text AS headers
        FROM dead_letters WHERE id > @After ORDER BY id LIMIT @Batch
        """;

    public async Task<long> EraseAsync(ContactId contact, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var erased = 0L;
        await foreach (var letter in OfAsync(connection, contact, cancellationToken))
        {
            erased += await connection.ExecuteAsync(new CommandDefinition("DELETE FROM dead_letters WHERE id = @Id", new { letter.Id }, cancellationToken: cancellationToken));
        }

        return erased + await setAside.EraseAsync(contact, cancellationToken);
    }

    public async Task ExportAsync(ContactId contact, ExportWriter export, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await export.ListAsync("deadLetters", OfAsync(connection, contact, cancellationToken).Select(letter => letter.ToModel()), cancellationToken);
    }

    /// <summary>Whether the message is the person's. What was refused travels as base64 within it.</summary>
    public static bool IsOf(string queue, byte[] payload, ContactId contact)
        => ContactScan.IsOf(payload, contact) || (queue == Queues.RelayRefusedRequests && Refused(payload) is { } body && ContactScan.IsOf(body, contact));

    private static byte[]? Refused(byte[] payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            return document.RootElement.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.Object
                && message.TryGetProperty("payload", out var body) && body.ValueKind == JsonValueKind.String && body.TryGetBytesFromBase64(out var bytes)
                ? bytes
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IAsyncEnumerable<Letter> OfAsync(NpgsqlConnection connection, ContactId contact, CancellationToken cancellationToken)
        => TableScan.RowsAsync<Letter>(Batch, last => connection.QueryAsync<Letter>(new CommandDefinition(
            ScanSql, new { After = last?.Id ?? Guid.Empty, Batch }, commandTimeout: 0, cancellationToken: cancellationToken))).Where(letter => letter.IsOf(contact));

    private sealed record Letter(
        Guid Id, string Queue, Guid? EventId, string? Event, string? Source, string? NumberId, string? Reason, string? ExceptionType,
        DateTimeOffset FailedAt, DateTimeOffset? ReplayedAt, byte[]? Payload, string Properties, string Headers)
    {
        public bool IsOf(ContactId contact)
            => (Payload is not null && ConsoleContacts.IsOf(Queue, Payload, contact))
                || (contact.IsPhone && ContactScan.IsIn(Encoding.UTF8.GetBytes($"{Reason} {Properties} {Headers}"), contact));

        public DeadLetterWithPayload ToModel()
            => DeadLetterWithPayload.Of(new DeadLetterItem(Id, Queue, EventId, Event, Source, NumberId, Reason, ExceptionType, FailedAt, ReplayedAt), Payload);
    }
}
