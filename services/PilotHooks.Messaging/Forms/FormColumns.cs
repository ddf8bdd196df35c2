using System.Text;
using System.Text.Json;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Messaging.Forms;

/// <summary>
/// The columns that submissions need. No submission may make a table of any width: what has no column of its own, since
/// there are too many, its name is too long or it comes twice, is kept in one more, as JSON.
/// </summary>
internal sealed class FormColumns
{
    public const string Others = "otherFields";
    private const int MaxColumns = 500;
    private const int MaxNameLength = 200;

    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    /// <summary>In the order of first appearance.</summary>
    public IEnumerable<string> Names => _places.Keys;

    public bool HasOthers { get; private set; }

    /// <summary>Makes columns for the fields of one submission.</summary>
    public void Add(JsonElement fields)
    {
        foreach (var (path, _) in FormFields.Of(fields))
        {
            if (_places.Count < MaxColumns && path.Length <= MaxNameLength)
            {
                _places.TryAdd(path, _places.Count);
            }
        }

        HasOthers |= Spread(fields).Others is not null;
    }

    /// <summary>The value for each column, undefined where there is none, and a JSON object of the fields that have none.</summary>
    public (JsonElement[] Cells, string? Others) Spread(JsonElement fields)
    {
        var cells = new JsonElement[_places.Count];
        StringBuilder? others = null;
        foreach (var (path, value) in FormFields.Of(fields))
        {
            if (_places.TryGetValue(path, out var place) && cells[place].ValueKind == JsonValueKind.Undefined)
            {
                cells[place] = value;
            }
            else
            {
                others = others is null ? new StringBuilder("{") : others.Append(',');
                others.Append(JsonSerializer.Serialize(path, ApiJson.Options)).Append(':').Append(value.GetRawText());
            }
        }

        return (cells, others?.Append('}').ToString());
    }
}
