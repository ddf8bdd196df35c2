using System.Runtime.CompilerServices;
using System.Text;
using Dapper;
using Npgsql;
using PilotHooks.Messaging.Forms;
using PilotHooks.Messaging.Messages;
using PilotHooks.ServiceDefaults.Contacts;

namespace PilotHooks.Messaging.Contacts;

/// <summary>
/// A person's messages, conversations, edits and forms. What is told by nobody but a scan of a table is scanned for: this is
/// asked for rarely, and an index would cost with every event.
/// </summary>
internal sealed class MessagingContacts(NpgsqlDataSource database, MessageErasure messages) : IContactData
{
    private const int Batch = 500;

    private const string FindSql = """SELECT key FROM messages WHERE "from" = ANY(@Forms) OR "to" = ANY(@Forms)""";

    private const string FormsSql = "SELECT event_id, sender, fields FROM forms WHERE event_id > @After AND COALESCE(sender, fields) IS NOT NULL ORDER BY event_id LIMIT @Batch";

    public async Task<long> EraseAsync(ContactId contact, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var erased = 0L;
        foreach (var keys in (await FindAsync(connection, contact, cancellationToken)).Chunk(Batch))
        {
            erased += await messages.EraseAsync(connection, contact, keys, cancellationToken);
        }

        erased += await connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM message_revisions WHERE sender = ANY(@Forms); DELETE FROM conversations WHERE contact = ANY(@Forms)",
            new { contact.Forms }, commandTimeout: 0, cancellationToken: cancellationToken));
        await foreach (var form in FormsOfAsync(connection, contact, cancellationToken))
        {
            erased += await connection.ExecuteAsync(new CommandDefinition("DELETE FROM forms WHERE event_id = @EventId", new { form.EventId }, cancellationToken: cancellationToken));
        }

        return erased;
    }

    public async Task ExportAsync(ContactId contact, ExportWriter export, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var keys = await FindAsync(connection, contact, cancellationToken);
        await export.ListAsync("messages", MessagesAsync(connection, keys, cancellationToken), cancellationToken);
        await export.ListAsync("forms", FormViewsAsync(connection, contact, cancellationToken), cancellationToken);
    }

    private static async Task<List<Guid>> FindAsync(NpgsqlConnection connection, ContactId contact, CancellationToken cancellationToken)
        => (await connection.QueryAsync<Guid>(new CommandDefinition(FindSql, new { contact.Forms }, commandTimeout: 0, cancellationToken: cancellationToken))).AsList();

    private static async IAsyncEnumerable<MessageView> MessagesAsync(NpgsqlConnection connection, List<Guid> keys, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var some in keys.Chunk(Batch))
        {
            var rows = await connection.QueryAsync<MessageRow>(new CommandDefinition(
                "SELECT * FROM message_reads WHERE key = ANY(@some) AND visible ORDER BY created_at, key", new { some }, commandTimeout: 0, cancellationToken: cancellationToken));
            foreach (var row in rows)
            {
                yield return row.ToView();
            }
        }
    }

    private static async IAsyncEnumerable<FormView> FormViewsAsync(NpgsqlConnection connection, ContactId contact, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var form in FormsOfAsync(connection, contact, cancellationToken))
        {
            var row = await connection.QuerySingleOrDefaultAsync<FormRow>(new CommandDefinition(
                $"{FormRow.Select} WHERE event_id = @EventId", new { form.EventId }, cancellationToken: cancellationToken));
            if (row is not null)
            {
                yield return row.ToView();
            }
        }
    }

    /// <summary>By who sent them, and by any field that holds the number or id.</summary>
    private static IAsyncEnumerable<Submission> FormsOfAsync(NpgsqlConnection connection, ContactId contact, CancellationToken cancellationToken)
        => TableScan.RowsAsync<Submission>(Batch, last => connection.QueryAsync<Submission>(new CommandDefinition(
            FormsSql, new { After = last?.EventId ?? Guid.Empty, Batch }, commandTimeout: 0, cancellationToken: cancellationToken))).Where(form => form.IsOf(contact));

    private sealed record Submission(Guid EventId, string? Sender, string? Fields)
    {
        public bool IsOf(ContactId contact)
            => (Sender is not null && contact.Forms.Contains(Sender)) || (Fields is not null && ContactScan.IsOf(Encoding.UTF8.GetBytes(Fields), contact));
    }
}
