using System.Text.Json.Nodes;
using PilotHooks.OpenApi.Tests.Document;
using PilotHooks.TestSupport;

namespace PilotHooks.OpenApi.Tests;

/// <summary>Whoever reads the document finds each thing explained and shown.</summary>
public sealed class CompletenessTests
{
    private static readonly JsonObject Served = JsonNode.Parse(File.ReadAllText(Repository.PathOf(ApiDocument.Place)))!.AsObject();

    public static TheoryData<string> Operations => [.. Paths().Select(operation => operation.Name)];

    public static TheoryData<string> SchemaNames => [.. Served["components"]!["schemas"]!.AsObject().Select(schema => schema.Key)];

    public static TheoryData<string> Formats => [.. Served["webhooks"]!.AsObject().Select(format => format.Key)];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operation_says_what_it_does_takes_and_answers_with_an_example_of_each(string name)
    {
        var operation = Paths().Single(operation => operation.Name == name).Operation;

        Text(operation, "summary").ShouldNotBeNullOrWhiteSpace();
        operation["tags"]!.AsArray().Single()!.GetValue<string>().ShouldBeOneOf([.. Served["tags"]!.AsArray().Select(tag => Text(tag!, "name")!)]);
        foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
        {
            Text(parameter!, "description").ShouldNotBeNullOrWhiteSpace($"{name} {parameter}");
            ShouldHold(parameter!["schema"]!, parameter["example"], $"{name} {parameter}");
        }

        if (operation["requestBody"] is { } body)
        {
            ShouldShow(body, name);
        }

        foreach (var (status, answer) in operation["responses"]!.AsObject().Where(answer => answer.Value!["content"] is not null))
        {
            ShouldShow(answer!, $"{name} {status}");
        }
    }

    [Theory]
    [MemberData(nameof(SchemaNames))]
    public void Schema_says_what_it_and_each_field_is_and_shows_one(string name)
    {
        var schema = Served["components"]!["schemas"]![name]!;

        Text(schema, "description").ShouldNotBeNullOrWhiteSpace();
        foreach (var (field, described) in schema["properties"]!.AsObject())
        {
            Text(described!, "description").ShouldNotBeNullOrWhiteSpace($"{name}.{field}");
        }

        ShouldHold(schema, schema["examples"]![0], name);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Webhook_shows_bodies_that_hold_its_schema(string format)
    {
        var media = Served["webhooks"]![format]!["post"]!["requestBody"]!["content"]!["application/json"]!;

        media["examples"]!.AsObject().ShouldNotBeEmpty();
        foreach (var (name, example) in media["examples"]!.AsObject())
        {
            ShouldHold(media["schema"]!, example!["value"], $"{format} {name}");
        }
    }

    private static void ShouldShow(JsonNode body, string of)
    {
        foreach (var (type, media) in body["content"]!.AsObject())
        {
            ShouldHold(media!["schema"]!, media["example"], $"{of} {type}");
        }
    }

    private static void ShouldHold(JsonNode schema, JsonNode? example, string of)
    {
        example.ShouldNotBeNull(of);
        DocumentedSchema.Of(Served, schema).Faults(example.ToJsonString()).ShouldBeEmpty(of);
    }

    private static IEnumerable<(string Name, JsonNode Operation)> Paths()
        => from path in Served["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           select ($"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Value!);

    private static string? Text(JsonNode node, string name) => node[name]?.GetValue<string>();
}
