using System.Reflection;
using System.Text.Json.Nodes;

namespace PilotHooks.OpenApi.Tests.Document;

/// <summary>Says of each operation what it does, what it takes, what it answers, and how that looks.</summary>
internal static class Operations
{
    /// <summary>What any call of the API may be answered, and what those may that a service behind the console answers.</summary>
    private static readonly string[] OfEveryCall = ["400", "401", "403", "429", "503"];
    private static readonly string[] OfForwardedCalls = ["502", "504"];

    private static readonly Dictionary<string, string> Successes = new(StringComparer.Ordinal)
    {
        ["200"] = "The answer.",
        ["201"] = "It was made.",
        ["202"] = "It is taken, and under way or done.",
        ["204"] = "It is done.",
    };

    public static JsonObject Describe(string service, string path, JsonObject operation, MethodInfo handler, JsonObject schemas)
    {
        var id = operation["operationId"]!.GetValue<string>();
        var described = new JsonObject
        {
            ["tags"] = operation["tags"]?.DeepClone(),
            ["summary"] = CodeComments.Summary(handler),
            ["description"] = CodeComments.Remarks(handler),
            ["operationId"] = id,
            ["parameters"] = ParametersOf(id, operation, handler),
            ["requestBody"] = BodyOf(id),
            ["responses"] = ResponsesOf(path, operation, schemas, asksServices: service != "console" || path.StartsWith("/v1/contacts/", StringComparison.Ordinal)),
        };
        if (!IsOfApi(path))
        {
            described["security"] = new JsonArray();
            described["servers"] = new JsonArray(new JsonObject
            {
                ["url"] = "http://localhost:5100",
                ["description"] = "The ingress of a local run; yours has an address of its own.",
            });
        }

        described.Where(member => member.Value is null).ToList().ForEach(member => described.Remove(member.Key));
        return described;
    }

    private static JsonArray? ParametersOf(string id, JsonObject operation, MethodInfo handler)
    {
        var parameters = new JsonArray();
        foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
        {
            var described = parameter!.DeepClone().AsObject();
            var name = described["name"]!.GetValue<string>();
            Schemas.Tidy(described["schema"]);
            Facts.Apply(described, Facts.Parameters["named"]![name]);
            if (CodeComments.Parameter(handler, name) is { } comment)
            {
                described["description"] = comment;
            }

            Facts.Apply(described, Facts.Parameters["ofOperation"]![$"{id}.{name}"]);
            if (Words.Of.GetValueOrDefault($"{id}.{name}") is { } words)
            {
                Schemas.SetWords(described["schema"]!.AsObject(), words);
            }

            parameters.Add(described);
        }

        foreach (var type in handler.GetParameters().Select(parameter => parameter.ParameterType.Name))
        {
            foreach (var parameter in (Facts.Parameters["ofType"]![type]?.AsArray() ?? []).Where(parameter => !IsKnown(parameter!)))
            {
                var described = new JsonObject { ["name"] = parameter!["name"]!.DeepClone(), ["in"] = "query" };
                Facts.Apply(described, parameter);
                Facts.Apply(described, Facts.Parameters["ofOperation"]![$"{id}.{parameter["name"]}"]);
                parameters.Add(described);
            }
        }

        foreach (var header in Facts.Parameters["headers"]![id]?.AsArray() ?? [])
        {
            parameters.Add(header!.DeepClone());
        }

        return parameters.Count == 0 ? null : parameters;

        // The path says it, or the operation does not read it.
        bool IsKnown(JsonNode parameter)
            => parameters.Any(known => known!["name"]!.GetValue<string>() == parameter["name"]!.GetValue<string>())
                || (Facts.Parameters["ofOperation"]!.AsObject().TryGetPropertyValue($"{id}.{parameter["name"]}", out var fact) && fact is null);
    }

    private static JsonObject? BodyOf(string id) => Facts.Bodies[id] is not { } body ? null : new JsonObject
    {
        ["required"] = body["required"]!.DeepClone(),
        ["content"] = new JsonObject
        {
            ["application/json"] = new JsonObject { ["schema"] = body["schema"]!.DeepClone(), ["example"] = body["example"]!.DeepClone() },
        },
    };

    private static JsonObject ResponsesOf(string path, JsonObject operation, JsonObject schemas, bool asksServices)
    {
        var responses = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var (status, response) in operation["responses"]!.AsObject())
        {
            responses[status] = Successes.TryGetValue(status, out var description)
                ? Success(operation["operationId"]!.GetValue<string>(), status, description, response!.AsObject(), schemas)
                : Problem(status);
        }

        foreach (var status in !IsOfApi(path) ? [] : asksServices ? OfEveryCall.Concat(OfForwardedCalls) : OfEveryCall)
        {
            responses[status] = Problem(status);
        }

        return new JsonObject(responses.Select(response => KeyValuePair.Create(response.Key, (JsonNode?)response.Value)));
    }

    private static JsonObject Success(string id, string status, string description, JsonObject response, JsonObject schemas)
    {
        var described = new JsonObject { ["description"] = description };
        if (status is "201" or "202")
        {
            described["headers"] = new JsonObject { ["Location"] = new JsonObject { ["$ref"] = "#/components/headers/Location" } };
        }

        if (response["content"] is JsonObject content)
        {
            described["content"] = content.DeepClone();
            foreach (var (type, media) in described["content"]!.AsObject())
            {
                var schema = media!["schema"]!.AsObject();
                Facts.Apply(media.AsObject(), Facts.Answers[id]);
                media["example"] ??= type == "text/csv" ? Samples.Csv : Samples.Of(schema, schemas);
            }
        }

        return described;
    }

    private static bool IsOfApi(string path) => path.StartsWith("/v1/", StringComparison.Ordinal);

    private static JsonObject Problem(string status) => new() { ["$ref"] = $"#/components/responses/{Facts.Problems[status]!["name"]}" };
}
