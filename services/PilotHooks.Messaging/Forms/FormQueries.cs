using System.Globalization;
using Dapper;
using Npgsql;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Messaging.Forms;

/// <summary>Reads submissions.</summary>
internal sealed class FormQueries(NpgsqlDataSource database)
{
    public async Task<Page<FormView>> ListAsync(FormFilter filter, PageQuery page, CancellationToken cancellationToken)
    {
        var parameters = new DynamicParameters(filter.Parameters);
        parameters.Add("Limit", page.Limit + 1);
        var after = "";
        if (page.After is { } cursor)
        {
            after = "AND (submitted_at, event_id) < (@AfterAt, @AfterKey)";
            parameters.Add("AfterAt", cursor.At.UtcDateTime);
            parameters.Add("AfterKey", Guid.TryParse(cursor.Key, CultureInfo.InvariantCulture, out var key) ? key : throw new BadHttpRequestException("cursor is not one that this list handed out."));
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<FormRow>(new CommandDefinition(
            $"{FormRow.Select} WHERE {filter.Condition} {after} {FormRow.NewestFirst} LIMIT @Limit", parameters, cancellationToken: cancellationToken));
        return page.ToPage(rows.AsList(), row => new Cursor(row.SubmittedAt, row.EventId.ToString()), row => row.ToView());
    }

    /// <summary>One submission, by the id of the event that brought it; null if it is not known.</summary>
    public async Task<FormView?> FindAsync(Guid eventId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<FormRow>(new CommandDefinition(
            $"{FormRow.Select} WHERE event_id = @EventId", new { EventId = eventId }, cancellationToken: cancellationToken));
        return row?.ToView();
    }
}
