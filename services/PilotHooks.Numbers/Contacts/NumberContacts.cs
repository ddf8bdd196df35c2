using Dapper;
using Npgsql;
using PilotHooks.ServiceDefaults.Contacts;

namespace PilotHooks.Numbers.Contacts;

/// <summary>
/// A person whose phone is one of the business's numbers: phone and names go, the states and healths of the number stay.
/// </summary>
internal sealed class NumberContacts(NpgsqlDataSource database) : IContactData
{
    // The rows of numbers first, as merges lock them. Later events of the number show what they say themselves.
    private const string EraseSql = """
        SELECT 1 FROM numbers
        WHERE number_id IN (SELECT number_id FROM number_events WHERE phone = ANY(@Forms) UNION SELECT number_id FROM numbers WHERE phone = ANY(@Forms))
        ORDER BY number_id FOR UPDATE;
        UPDATE number_events SET phone = NULL, display_name = NULL, profile_name = NULL, error = NULL WHERE phone = ANY(@Forms);
        UPDATE numbers SET phone = NULL, display_name = NULL, profile_name = NULL, error = NULL WHERE phone = ANY(@Forms);
        """;

    public async Task<long> EraseAsync(ContactId contact, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(EraseSql, new { contact.Forms }, commandTimeout: 0, cancellationToken: cancellationToken));
    }

    public async Task ExportAsync(ContactId contact, ExportWriter export, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await export.ListAsync(
            "numbers",
            connection.QueryUnbufferedAsync<Shown>(
                "SELECT number_id, event, at, phone, display_name, profile_name FROM number_events WHERE phone = ANY(@Forms) ORDER BY at, event_id", new { contact.Forms }),
            cancellationToken);
    }

    private sealed record Shown(string NumberId, string Event, DateTimeOffset At, string? Phone, string? DisplayName, string? ProfileName);
}
