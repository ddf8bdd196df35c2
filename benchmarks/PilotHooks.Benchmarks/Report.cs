using System.Globalization;
using System.Text;

namespace PilotHooks.Benchmarks;

/// <summary>A markdown table, padded so that it reads as text too.</summary>
internal sealed class Report(params string[] head)
{
    private readonly List<string[]> _rows = [head];

    public void Add(params object[] cells) => _rows.Add([.. cells.Select(Text)]);

    public override string ToString()
    {
        var widths = head.Select((_, column) => _rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        Line(_rows[0]);
        text.Append('|').AppendJoin('|', widths.Select((width, column) => column == 0 ? new string('-', width + 2) : new string('-', width + 1) + ":")).AppendLine("|");
        _rows.Skip(1).ToList().ForEach(Line);
        return text.ToString();

        void Line(string[] row)
            => text.Append("| ").AppendJoin(" | ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).AppendLine(" |");
    }

    private static string Text(object cell) => cell switch
    {
        TimeSpan time => time.TotalMilliseconds.ToString("0.00", CultureInfo.InvariantCulture) + " ms",
        double number => number.ToString(number < 10 ? "0.00" : number < 1000 ? "0.0" : "#,0", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => cell.ToString()!,
    };
}
