using System.Text.Json;

namespace PilotHooks.Console.Components.Reference;

/// <summary>Says in few words what a schema takes.</summary>
internal static class ReferenceTypes
{
    private const string Components = "#/components/schemas/";
    private const string Null = "null";

    /// <summary>The named shape that it is, or is a list or a choice of.</summary>
    public static string? NameOf(JsonElement schema)
        => Text(schema, "$ref") is { } reference ? reference[Components.Length..]
            : schema.TryGetProperty("items", out var items) ? NameOf(items)
            : schema.TryGetProperty("oneOf", out var choices) ? choices.EnumerateArray().Select(NameOf).OfType<string>().FirstOrDefault()
            : schema.TryGetProperty("additionalProperties", out var values) && values.ValueKind == JsonValueKind.Object ? NameOf(values)
            : null;

    /// <summary>The kinds of JSON value, with the notation where it has one; what stands for a named shape is left out.</summary>
    public static string Describe(JsonElement schema)
    {
        if (schema.TryGetProperty("oneOf", out var choices))
        {
            return string.Join(" | ", choices.EnumerateArray().Select(Describe).Where(kind => kind.Length > 0));
        }

        var kinds = KindsOf(schema).Select(kind => kind switch
        {
            "array" when schema.TryGetProperty("items", out var items) => $"{Describe(items)}[]",
            "string" or "integer" or "number" when Text(schema, "format") is { } format and not ("int32" or "int64" or "double") => format,
            _ => kind,
        });
        return string.Join(" | ", kinds.OrderBy(kind => kind == Null));
    }

    public static IReadOnlyList<string> ValuesOf(JsonElement schema)
        => schema.TryGetProperty("enum", out var values) ? [.. values.EnumerateArray().Select(value => value.GetString() ?? Null)] : [];

    private static IEnumerable<string> KindsOf(JsonElement schema)
        => !schema.TryGetProperty("type", out var type) ? []
            : type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(kind => kind.GetString()!)
            : [type.GetString()!];

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
