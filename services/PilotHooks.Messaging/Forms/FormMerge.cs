using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using PilotHooks.Contracts;
using PilotHooks.Messaging.Data;
using PilotHooks.Messaging.Messages;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Contacts;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Messaging.Forms;

/// <summary>Stores submissions. A submission never changes, so its event id alone makes the merge idempotent.</summary>
internal sealed class FormMerge(NpgsqlDataSource database, ErasedContacts erased, IOptions<MessagingOptions> options)
{
    private const string Sql = """
        INSERT INTO forms (event_id, id, number_id, source, submitted_at, fields, sender)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) AS f (event_id, id, number_id, source, submitted_at, fields, sender) ORDER BY event_id
        ON CONFLICT DO NOTHING
        """;

    public Task MergeAsync(IReadOnlyList<FormSubmitted> events, CancellationToken cancellationToken)
        => erased.MergeAsync(events, (kept, state) => MergeAsync(kept, state, cancellationToken), cancellationToken);

    private async Task MergeAsync(IReadOnlyList<FormSubmitted> events, long erasures, CancellationToken cancellationToken)
    {
        var forms = events.Select(Read).Select(form => options.Value.Retention.KeepsContent ? form : form with { Fields = null }).ToArray();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                ErasedContacts.Check(erasures),
                ProcessedEvents.Insert(events),
                new NpgsqlBatchCommand(Sql)
                {
                    Parameters =
                    {
                        ArrayParameter.Of(forms, NpgsqlDbType.Uuid, form => form.EventId),
                        ArrayParameter.Of(forms, NpgsqlDbType.Text, form => form.Id),
                        ArrayParameter.Of(forms, NpgsqlDbType.Text, form => form.NumberId),
                        ArrayParameter.Of(forms, NpgsqlDbType.Text, form => form.Source),
                        ArrayParameter.Of(forms, NpgsqlDbType.TimestampTz, form => form.SubmittedAt),
                        ArrayParameter.Of(forms, NpgsqlDbType.Text, form => form.Fields),
                        ArrayParameter.Of(forms, NpgsqlDbType.Text, form => form.Sender),
                    },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static Form Read(FormSubmitted submitted)
    {
        using var document = ProviderJson.Parse(submitted.Payload);
        var data = document.RootElement.Object("data");
        var fields = data.Object("object");
        return new Form(
            submitted.EventId,
            document.RootElement.Text("id"),
            MessageKey.Bounded(submitted.NumberId) ?? "",
            submitted.Source,
            EventTime.Of(submitted.OccurredAt),
            // Kept as text, escapes and all; only bytes that are not UTF-8 have to go.
            fields.ValueKind == JsonValueKind.Undefined ? "{}" : Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(fields)),
            MessageKey.Bounded(PhoneNumber.Normalise(MessageFacts.ReadFirst(fields).From ?? MessageFacts.ReadFirst(data).From)));
    }

    private sealed record Form(Guid EventId, string? Id, string NumberId, string Source, DateTime SubmittedAt, string? Fields, string? Sender);
}
