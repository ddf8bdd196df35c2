using System.Text.Encodings.Web;
using System.Text.Json;
using PilotHooks.Console.Reference;

namespace PilotHooks.Console.Components.Reference;

/// <summary>Reads the OpenAPI document for its page. It reads what our own document uses of OpenAPI, and no more.</summary>
internal sealed class ReferenceReader(JsonElement root)
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly Lazy<ReferenceModel> Model = new(() =>
    {
        using var json = JsonDocument.Parse(ApiReference.Document);
        return new ReferenceReader(json.RootElement).Read();
    });

    /// <summary>Read once, since strangers may ask for the page.</summary>
    public static ReferenceModel Reference => Model.Value;

    private ReferenceModel Read()
    {
        var operations =
            from path in root.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            select (Tag: operation.Value.GetProperty("tags")[0].GetString()!, Operation: OperationOf(operation.Name, path.Name, operation.Value));
        var tagged = operations.ToLookup(operation => operation.Tag, operation => operation.Operation);
        var components = root.GetProperty("components");
        return new ReferenceModel(
            Text(root.GetProperty("info"), "description")!,
            Text(components.GetProperty("securitySchemes").GetProperty("apiKey"), "description")!,
            [
                .. root.GetProperty("tags").EnumerateArray()
                    .Select(tag => new ReferenceGroup(Text(tag, "name")!, Text(tag, "description")!, [.. tagged[Text(tag, "name")!]])),
            ],
            [.. Members(root, "webhooks").Select(format => OperationOf("post", format.Name, format.Value.GetProperty("post")))],
            [.. Members(components, "schemas").Select(schema => SchemaOf(schema.Name, schema.Value))]);
    }

    private ReferenceOperation OperationOf(string method, string path, JsonElement operation) => new(
        Text(operation, "operationId")!,
        method.ToUpperInvariant(),
        path,
        operation.TryGetProperty("servers", out var servers) ? Text(servers[0], "url") : null,
        Text(operation, "summary")!,
        Text(operation, "description"),
        operation.TryGetProperty("parameters", out var parameters) ? [.. parameters.EnumerateArray().Select(ParameterOf)] : [],
        operation.TryGetProperty("requestBody", out var body) ? ContentOf(body) : null,
        [.. Members(operation, "responses").Select(answer => AnswerOf(answer.Name, Followed(answer.Value)))]);

    private static ReferenceAnswer AnswerOf(string status, JsonElement answer) => new(status, Text(answer, "description")!, ContentOf(answer));

    private static ReferenceField ParameterOf(JsonElement parameter)
        => FieldOf(Text(parameter, "name")!, parameter.GetProperty("schema"), Flag(parameter, "required")) with
        {
            Place = Text(parameter, "in"),
            Description = Text(parameter, "description"),
            Example = Plain(parameter, "example"),
        };

    private static ReferenceContent? ContentOf(JsonElement of)
    {
        if (!of.TryGetProperty("content", out var content))
        {
            return null;
        }

        var (type, media) = (content.EnumerateObject().First().Name, content.EnumerateObject().First().Value);
        var schema = media.GetProperty("schema");
        return new ReferenceContent(type, SchemaOf(ReferenceTypes.NameOf(schema), schema), [.. ExamplesOf(media)]);
    }

    private static IEnumerable<(string?, string)> ExamplesOf(JsonElement media)
        => media.TryGetProperty("example", out var example) ? [(null, Pretty(example))]
            : Members(media, "examples").Select(one => ((string?)one.Name, Pretty(one.Value.GetProperty("value"))));

    private static ReferenceSchema SchemaOf(string? name, JsonElement schema)
    {
        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(one => one.GetString()).ToArray() : [];
        return new ReferenceSchema(
            name,
            Text(schema, "description"),
            [.. Members(schema, "properties").Select(field => FieldOf(field.Name, field.Value, required.Contains(field.Name)))]);
    }

    private static ReferenceField FieldOf(string name, JsonElement schema, bool isRequired)
        => new(
            name,
            Place: null,
            isRequired,
            ReferenceTypes.Describe(schema),
            ReferenceTypes.NameOf(schema),
            ReferenceTypes.ValuesOf(schema),
            Text(schema, "description"),
            Example: null);

    /// <summary>What a reference stands for.</summary>
    private JsonElement Followed(JsonElement element)
        => Text(element, "$ref") is not { } reference ? element
            : reference.TrimStart('#', '/').Split('/').Aggregate(root, (at, name) => at.GetProperty(name));

    private static string Pretty(JsonElement example)
        => example.ValueKind == JsonValueKind.String ? example.GetString()! : JsonSerializer.Serialize(example, Readable);

    private static IEnumerable<JsonProperty> Members(JsonElement element, string name)
        => element.TryGetProperty(name, out var members) ? members.EnumerateObject() : [];

    private static string? Plain(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.ToString() : null;

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static bool Flag(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.GetBoolean();
}
