using System.Globalization;
using System.Text;
using System.Text.Json;
using Dapper;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Messaging.Forms;

/// <summary>
/// Writes submissions as CSV, row by row, so that memory does not grow with their number: (1) reads all of them for the
/// names of their fields, in the order of first appearance, the newest submission first; (2) reads them again and writes.
/// Both in one snapshot, so that no row has a field that the header lacks.
/// </summary>
internal static class FormExport
{
    /// <summary>Starts a text in which a spreadsheet shall not guess the encoding.</summary>
    private static readonly UTF8Encoding Utf8WithMark = new(encoderShouldEmitUTF8Identifier: true);

    private static readonly string[] OwnColumns = ["submittedAt", "numberId", "source", "id", "eventId"];

    public static async Task WriteAsync(Export export, FormFilter filter, char delimiter, Stream output, CancellationToken cancellationToken)
    {
        var (connection, snapshot) = (export.Connection, export.Snapshot);
        var select = $"{FormRow.Select} WHERE {filter.Condition} {FormRow.NewestFirst}";

        // 1. The names.
        var columns = new FormColumns();
        await foreach (var form in connection.QueryUnbufferedAsync<FormRow>(select, filter.Parameters, snapshot).WithCancellation(cancellationToken))
        {
            using var fields = Parse(form);
            columns.Add(fields.RootElement);
        }

        // 2. The rows.
        await using var writer = new StreamWriter(output, Utf8WithMark, bufferSize: 32 * 1024, leaveOpen: true);
        var line = new StringBuilder();
        AppendHeader(line, columns, delimiter);
        await writer.WriteAsync(line, cancellationToken);
        await foreach (var form in connection.QueryUnbufferedAsync<FormRow>(select, filter.Parameters, snapshot).WithCancellation(cancellationToken))
        {
            using var fields = Parse(form);
            line.Clear();
            AppendRow(line, form, columns.Spread(fields.RootElement), columns.HasOthers, delimiter);
            await writer.WriteAsync(line, cancellationToken);
        }
    }

    private static void AppendHeader(StringBuilder line, FormColumns columns, char delimiter)
    {
        line.AppendJoin(delimiter, OwnColumns);
        foreach (var name in columns.Names)
        {
            // A form may have an id of its own.
            line.Append(delimiter).AppendText(OwnColumns.Contains(name) ? $"fields.{name}" : name);
        }

        line.Append(columns.HasOthers ? $"{delimiter}{FormColumns.Others}" : "").Append(Csv.LineEnd);
    }

    private static void AppendRow(StringBuilder line, FormRow form, (JsonElement[] Cells, string? Others) fields, bool hasOthers, char delimiter)
    {
        line.Append(form.SubmittedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        foreach (var text in new[] { form.NumberId, form.Source, form.Id, form.EventId.ToString() })
        {
            line.Append(delimiter).AppendText(text);
        }

        foreach (var cell in fields.Cells)
        {
            line.Append(delimiter).AppendJson(cell);
        }

        if (hasOthers)
        {
            line.Append(delimiter).AppendText(fields.Others);
        }

        line.Append(Csv.LineEnd);
    }

    private static JsonDocument Parse(FormRow form) => ProviderJson.Parse(Encoding.UTF8.GetBytes(form.Fields ?? "{}"));
}
