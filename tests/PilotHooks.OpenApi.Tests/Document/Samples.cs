using System.Text.Json.Nodes;

namespace PilotHooks.OpenApi.Tests.Document;

/// <summary>How an answer looks.</summary>
internal static class Samples
{
    public const string Csv = "\uFEFFsubmittedAt,numberId,name\r\n2026-02-24T15:00:05.000Z,,Maria Souza\r\n";

    private const string Components = "#/components/schemas/";

    /// <summary>Of a page one with a single item.</summary>
    public static JsonNode? Of(JsonObject schema, JsonObject schemas)
    {
        if (schema["$ref"]?.GetValue<string>() is not { } reference)
        {
            return schema["example"]?.DeepClone();
        }

        var name = reference[Components.Length..];
        return Facts.Examples[name]?.DeepClone() ?? Page(schemas[name]!.AsObject());
    }

    public static JsonNode? Page(JsonObject schema)
        => schema["properties"]?["items"]?["items"]?["$ref"]?.GetValue<string>() is { } item
            ? new JsonObject { ["items"] = new JsonArray(InList(Facts.Examples[item[Components.Length..]]!)), ["next"] = null }
            : null;

    /// <summary>Lists leave out what takes long to read.</summary>
    private static JsonNode InList(JsonNode example)
    {
        var item = example.DeepClone().AsObject();
        item.Remove("replies");
        item.Remove("signalling");
        return item;
    }
}
