using System.Buffers;
using System.Text;
using System.Text.Json;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Messaging.Forms;

/// <summary>
/// Writes cells as RFC 4180 says. Who filled in a form is not trusted: text that a spreadsheet would take for a formula
/// gets an apostrophe in front, which makes it text there (OWASP, "CSV Injection").
/// </summary>
internal static class Csv
{
    public const string LineEnd = "\r\n";

    // Either delimiter, whichever is used: a program may be set to the other one.
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",;\t\"\r\n");

    // As people type them, and in full width, which spreadsheets read alike.
    private static readonly SearchValues<char> FormulaStarts = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    /// <summary>Appends a text that somebody else wrote.</summary>
    public static StringBuilder AppendText(this StringBuilder line, string? text)
        => line.AppendCell(text is { Length: > 0 } && FormulaStarts.Contains(text[0]) ? $"'{text}" : text);

    /// <summary>Appends a value of a JSON: a number is one, a list or an object is its JSON.</summary>
    public static StringBuilder AppendJson(this StringBuilder line, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => line.AppendText(value.Text()),
        JsonValueKind.Null or JsonValueKind.Undefined => line,
        _ => line.AppendCell(value.GetRawText()),
    };

    private static StringBuilder AppendCell(this StringBuilder line, string? cell)
        => cell is not null && cell.AsSpan().ContainsAny(Quoted)
            ? line.Append('"').Append(cell.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"')
            : line.Append(cell);
}
