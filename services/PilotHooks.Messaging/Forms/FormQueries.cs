using System.Globalization;
using Dapper;
using Npgsql;
using PilotHooks.Messaging.Messages;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Messaging.Forms;

/// <summary>Reads submissions.</summary>
internal sealed class FormQueries(NpgsqlDataSource database)
{
    private const string Sql = """
        SELECT id, event_id, number_id, source, fields, submitted_at FROM forms
        WHERE {0}
        ORDER BY submitted_at DESC, event_id DESC LIMIT @Limit
        """;

    public async Task<Page<FormView>> ListAsync(string? numberId, PageQuery page, CancellationToken cancellationToken)
    {
        Guid? afterKey = null;
        if (page.After is { } after)
        {
            afterKey = Guid.TryParse(after.Key, CultureInfo.InvariantCulture, out var key) ? key : throw new BadHttpRequestException("cursor is not one that this list handed out.");
        }

        var conditions = $"{(numberId is null ? "true" : "number_id = @NumberId")} AND {(page.After is null ? "true" : "(submitted_at, event_id) < (@AfterAt, @AfterKey)")}";
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<FormRow>(new CommandDefinition(
            Sql.Replace("{0}", conditions, StringComparison.Ordinal),
            new { NumberId = MessageKey.Bounded(numberId), AfterAt = page.After?.At.UtcDateTime, AfterKey = afterKey, Limit = page.Limit + 1 },
            cancellationToken: cancellationToken));
        return page.ToPage(rows.AsList(), row => new Cursor(row.SubmittedAt, row.EventId.ToString()), row => row.ToView());
    }

    private sealed record FormRow
    {
        public string? Id { get; init; }
        public Guid EventId { get; init; }
        public string NumberId { get; init; } = "";
        public string Source { get; init; } = "";
        public string Fields { get; init; } = "";
        public DateTimeOffset SubmittedAt { get; init; }

        public FormView ToView() => new(Id, EventId, NumberId.Length > 0 ? NumberId : null, Source, new ReceivedJson(Fields), SubmittedAt);
    }
}
