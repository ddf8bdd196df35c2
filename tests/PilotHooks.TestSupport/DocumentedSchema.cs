using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace PilotHooks.TestSupport;

/// <summary>
/// A schema of the OpenAPI document, to hold JSON against. Stricter than what is published: what an object has beside its
/// documented properties is a fault, since fields are added to the document first.
/// </summary>
public sealed class DocumentedSchema
{
    private const string Components = "#/components/schemas/";
    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly JsonSchema _schema;

    private DocumentedSchema(JsonSchema schema) => _schema = schema;

    public static DocumentedSchema Of(JsonObject document, JsonNode schema)
    {
        var named = new JsonObject();
        Collect(schema, document["components"]!["schemas"]!.AsObject(), named);
        var whole = new JsonObject { ["allOf"] = new JsonArray(schema.DeepClone()), ["$defs"] = named };
        Close(whole);
        return new DocumentedSchema(JsonSchema.FromText(whole.ToJsonString().Replace(Components, "#/$defs/", StringComparison.Ordinal)));
    }

    /// <summary>What in this JSON is not as the schema says; empty if all is.</summary>
    public IReadOnlyList<string> Faults(string json)
    {
        using var document = JsonDocument.Parse(json);
        var results = _schema.Evaluate(document.RootElement, Options);
        return results.IsValid ? [] : [.. Faults(results.Details ?? [])];
    }

    private static IEnumerable<string> Faults(IEnumerable<EvaluationResults> details)
        => from detail in details
           where detail.Errors is not null
           select $"{detail.InstanceLocation}: {string.Join(" ", detail.Errors!.Values)}";

    /// <summary>The named schemas that this one leads to.</summary>
    private static void Collect(JsonNode? node, JsonObject all, JsonObject found)
    {
        switch (node)
        {
            case JsonArray items:
                items.ToList().ForEach(item => Collect(item, all, found));
                break;
            case JsonObject schema:
                schema.ToList().ForEach(member => Collect(member.Value, all, found));
                break;
            case JsonValue value when value.TryGetValue(out string? text) && text.StartsWith(Components, StringComparison.Ordinal):
                var name = text[Components.Length..];
                if (!found.ContainsKey(name))
                {
                    found[name] = all[name]!.DeepClone();
                    Collect(found[name], all, found);
                }

                break;
        }
    }

    private static void Close(JsonNode? node)
    {
        if (node is JsonArray items)
        {
            items.ToList().ForEach(Close);
        }

        if (node is JsonObject schema)
        {
            if (schema["properties"] is JsonObject && schema["additionalProperties"] is null)
            {
                schema["additionalProperties"] = false;
            }

            // Examples are no schemas.
            schema.Where(member => member.Key is not ("examples" or "example")).ToList().ForEach(member => Close(member.Value));
        }
    }
}
