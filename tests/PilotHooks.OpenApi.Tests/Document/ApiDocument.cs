using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PilotHooks.OpenApi.Tests.Document;

/// <summary>The one document of the API, merged of what each service says of its own part.</summary>
internal static class ApiDocument
{
    /// <summary>Where the document lies that the console serves.</summary>
    public const string Place = "services/PilotHooks.Console/Reference/openapi.json";

    private const string Problem = "Problem";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(IReadOnlyList<ServiceApi> services)
    {
        var document = Facts.Read("document.json");
        var components = document["components"]!.AsObject();
        AddSchemas(services, components["schemas"]!.AsObject());
        AddProblems(components["responses"]!.AsObject());
        AddPaths(services, document["paths"]!.AsObject(), components["schemas"]!.AsObject());
        document["webhooks"] = Subscriptions.Describe();
        return document.ToJsonString(Readable) + "\n";
    }

    private static void AddSchemas(IEnumerable<ServiceApi> services, JsonObject schemas)
    {
        foreach (var service in services)
        {
            var own = service.Document["components"]!["schemas"]!.AsObject().Where(schema => schema.Key != Problem);
            foreach (var (name, schema) in own.OrderBy(schema => schema.Key, StringComparer.Ordinal))
            {
                var described = schema!.DeepClone().AsObject();
                Schemas.Describe(name, described, service.Types[name]);
                if (Samples.Page(described) is { } page)
                {
                    Facts.Apply(described, PageFacts(described, page));
                }

                schemas.Add(name, described);
            }
        }
    }

    private static JsonObject PageFacts(JsonObject schema, JsonNode page)
    {
        schema["properties"]!["items"]!["description"] = "The items of the page.";
        schema["properties"]!["next"]!["description"] = "The `cursor` of the next page; null on the last one.";
        return new JsonObject
        {
            ["description"] = "One page of a list.",
            ["required"] = new JsonArray("items", "next"),
            ["examples"] = new JsonArray(page),
        };
    }

    private static void AddProblems(JsonObject responses)
    {
        foreach (var (status, problem) in Facts.Problems)
        {
            var example = new JsonObject
            {
                ["type"] = $"https://tools.ietf.org/html/rfc{problem!["section"]}",
                ["title"] = problem["title"]!.DeepClone(),
                ["status"] = int.Parse(status, System.Globalization.CultureInfo.InvariantCulture),
                ["detail"] = problem["detail"]!.DeepClone(),
                ["traceId"] = "4bf92f3577b34da6a3ce929d0e0e4736",
            };
            var response = new JsonObject { ["description"] = problem["description"]!.DeepClone() };
            if (problem["retry"] is not null)
            {
                response["headers"] = new JsonObject { ["Retry-After"] = new JsonObject { ["$ref"] = "#/components/headers/RetryAfter" } };
            }

            response["content"] = new JsonObject
            {
                ["application/problem+json"] = new JsonObject
                {
                    ["schema"] = new JsonObject { ["$ref"] = $"#/components/schemas/{Problem}" },
                    ["example"] = example,
                },
            };
            responses.Add(problem["name"]!.GetValue<string>(), response);
        }
    }

    private static void AddPaths(IEnumerable<ServiceApi> services, JsonObject paths, JsonObject schemas)
    {
        var described = from service in services
                        from path in service.Document["paths"]!.AsObject()
                        from operation in path.Value!.AsObject()
                        let found = operation.Value!.AsObject()
                        let handler = service.Handlers[found["operationId"]!.GetValue<string>()]
                        orderby path.Key, operation.Key
                        select (Path: path.Key, Method: operation.Key, Operation: Operations.Describe(service.Service, path.Key, found, handler, schemas));
        foreach (var (path, method, operation) in described)
        {
            if (paths[path] is not JsonObject operations)
            {
                paths[path] = operations = [];
            }

            operations.Add(method, operation);
        }
    }
}
