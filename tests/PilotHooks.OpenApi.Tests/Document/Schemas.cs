using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace PilotHooks.OpenApi.Tests.Document;

/// <summary>Says of each schema what it is, which of its properties always come, which words they hold, and how it looks.</summary>
internal static class Schemas
{
    public static void Describe(string name, JsonObject schema, Type type)
    {
        Tidy(schema);
        if (CodeComments.Summary(type) is { } summary)
        {
            schema["description"] = summary;
        }

        if (schema["properties"] is JsonObject properties && Facts.Examples[name] is { } example)
        {
            schema["examples"] = new JsonArray(example.DeepClone());
            DescribeProperties(name, schema, properties, type);
        }
    }

    /// <summary>The reader of JSON would take numbers in quotes too; the API writes none.</summary>
    public static void Tidy(JsonNode? node)
    {
        if (node is JsonArray items)
        {
            items.ToList().ForEach(Tidy);
            return;
        }

        if (node is not JsonObject schema)
        {
            return;
        }

        if (schema["type"] is JsonArray types && types.Any(IsNumber) && types.FirstOrDefault(type => type!.GetValue<string>() == "string") is { } text)
        {
            types.Remove(text);
            schema.Remove("pattern");
            schema["type"] = types.Count == 1 ? types[0]!.DeepClone() : types.DeepClone();
        }

        schema.ToList().ForEach(member => Tidy(member.Value));

        static bool IsNumber(JsonNode? type) => type!.GetValue<string>() is "integer" or "number";
    }

    private static void DescribeProperties(string name, JsonObject schema, JsonObject properties, Type type)
    {
        var required = new JsonArray();
        foreach (var property in type.GetProperties().Where(property => properties[NameOf(property)] is JsonObject))
        {
            var described = Typed(properties[NameOf(property)]!.AsObject(), property.PropertyType);
            properties[NameOf(property)] = described;
            Facts.Apply(described, Facts.Schemas[name]?[NameOf(property)]);
            if (CodeComments.Summary(property) is { } summary)
            {
                described["description"] = summary;
            }

            if (Words.Of.GetValueOrDefault($"{name}.{NameOf(property)}") is { } words)
            {
                SetWords(described, words);
            }

            if (AlwaysComes(property, type))
            {
                required.Add(NameOf(property));
            }
        }

        schema["required"] = required;
    }

    /// <summary>Types with a converter of their own are unknown to whoever describes types.</summary>
    private static JsonObject Typed(JsonObject schema, Type type)
    {
        if (SchemaNames.AnyJson.Contains(type))
        {
            return [];
        }

        if (type == typeof(DateTimeOffset))
        {
            schema["type"] = "string";
        }
        else if (type == typeof(DateTimeOffset?))
        {
            schema["type"] = new JsonArray("null", "string");
        }

        return schema;
    }

    public static void SetWords(JsonObject schema, IEnumerable<string> words)
    {
        var values = new JsonArray([.. words.Select(word => JsonValue.Create(word))]);
        if (schema["type"] is JsonArray types && types.Any(type => type!.GetValue<string>() == "null"))
        {
            values.Add((JsonNode?)null);
        }

        schema["enum"] = values;
    }

    private static string NameOf(PropertyInfo property)
        => property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    /// <summary>Nulls are written; what may be left out says so, or has a default.</summary>
    private static bool AlwaysComes(PropertyInfo property, Type type)
        => property.GetCustomAttribute<JsonIgnoreAttribute>() is null
            && !type.GetConstructors().SelectMany(constructor => constructor.GetParameters())
                .Any(parameter => parameter.Name == property.Name && parameter.HasDefaultValue);
}
