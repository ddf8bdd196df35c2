using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace PilotHooks.Console.Components.Forms;

/// <summary>The fields of a page of submissions side by side, named by the way to them as in the CSV of the API.</summary>
internal sealed class FormCells
{
    /// <summary>More columns nobody reads; the submission's own page shows them all.</summary>
    private const int MaxColumns = 40;

    private readonly Dictionary<Guid, Dictionary<string, string>> _rows = [];

    public FormCells(IEnumerable<FormItem> forms)
    {
        var columns = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var form in forms)
        {
            var cells = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (path, value) in Flat(form.Fields, ""))
            {
                if (known.Add(path))
                {
                    columns.Add(path);
                }

                cells.TryAdd(path, value);
            }

            _rows[form.EventId] = cells;
        }

        Columns = [.. columns.Take(MaxColumns)];
        Hidden = columns.Count - Columns.Count;
    }

    /// <summary>In the order of first appearance.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>How many more fields there are.</summary>
    public int Hidden { get; }

    /// <summary>What was submitted there; null if nothing was.</summary>
    public string? this[FormItem form, string column] => _rows[form.EventId].GetValueOrDefault(column);

    private static IEnumerable<(string Path, string Value)> Flat(JsonElement fields, string prefix)
    {
        if (fields.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (var property in fields.EnumerateObject())
        {
            var path = prefix + Read(property, one => one.Name, JsonMarshal.GetRawUtf8PropertyName);
            if (property.Value.ValueKind == JsonValueKind.Object && property.Value.EnumerateObject().Any())
            {
                foreach (var field in Flat(property.Value, $"{path}."))
                {
                    yield return field;
                }
            }
            else if (property.Value.ValueKind is not JsonValueKind.Null)
            {
                yield return (path, property.Value.ValueKind == JsonValueKind.String
                    ? Read(property.Value, one => one.GetString()!, JsonMarshal.GetRawUtf8Value)
                    : property.Value.GetRawText());
            }
        }
    }

    /// <summary>Half a surrogate pair is no text: then it is shown as it was written.</summary>
    private static string Read<T>(T part, Func<T, string> text, RawText<T> raw)
    {
        try
        {
            return text(part);
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(raw(part));
        }
    }

    private delegate ReadOnlySpan<byte> RawText<in T>(T part);
}
