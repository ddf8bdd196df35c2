using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests.Contract;

/// <summary>Calls the running system and holds each answer against the OpenAPI document that the system itself serves.</summary>
internal sealed class DocumentedApi
{
    private const string Problem = "application/problem+json";

    private readonly Func<HttpRequestMessage, Task<HttpResponseMessage>> _send;
    private readonly JsonObject _document;
    private readonly Dictionary<string, (string Method, string Path, JsonObject Operation)> _operations;

    private DocumentedApi(Func<HttpRequestMessage, Task<HttpResponseMessage>> send, JsonObject document)
    {
        (_send, _document) = (send, document);
        _operations = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => (operation.Key, path.Key, operation.Value!.AsObject())))
            .ToDictionary(operation => operation.Item3["operationId"]!.GetValue<string>());
    }

    /// <summary>Every operation and webhook that the document has.</summary>
    public JsonObject Document => _document;

    public IReadOnlyCollection<string> Operations => _operations.Keys;

    /// <summary>The operations that were answered with success.</summary>
    public HashSet<string> Answered { get; } = [];

    public static async Task<DocumentedApi> ReadAsync(Func<HttpRequestMessage, Task<HttpResponseMessage>> send)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "openapi/v1.json");
        using var answer = await send(request);
        return new DocumentedApi(send, JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!.AsObject());
    }

    /// <summary>Calls an operation, whose answer is to have this status and to be as the document says.</summary>
    /// <param name="operationId">Of the document.</param>
    /// <param name="path">Where it is called: its path with values, and the query.</param>
    public async Task<JsonElement> CallAsync(string operationId, string path, object? body = null, int status = 200, string? key = RunningSystem.ApiKey)
    {
        var (method, template, operation) = _operations[operationId];
        using var request = new HttpRequestMessage(HttpMethod.Parse(method.ToUpperInvariant()), path);
        request.Content = body is null ? null : JsonContent.Create(body);
        if (key is not null)
        {
            request.Headers.Add("x-api-key", key);
        }

        using var answer = await _send(request);
        var text = await answer.Content.ReadAsStringAsync();
        var told = $"{operationId} {path}: {(int)answer.StatusCode} {text}";
        ((int)answer.StatusCode).ShouldBe(status, told);
        operation["responses"]![$"{status}"].ShouldNotBeNull($"{told} is not documented for {template}");
        var documented = Followed(operation["responses"]![$"{status}"]!);
        ShouldHaveHeaders(answer, documented, told);
        if (status < 400)
        {
            Answered.Add(operationId);
        }

        return Held(documented, answer.Content.Headers.ContentType?.MediaType, text, told);
    }

    private JsonElement Held(JsonNode documented, string? type, string text, string told)
    {
        if (documented["content"] is not JsonObject content)
        {
            text.ShouldBeEmpty(told);
            return default;
        }

        type.ShouldNotBeNull(told);
        content.ContainsKey(type).ShouldBeTrue($"{told} is {type}");
        if (!type.EndsWith("json", StringComparison.Ordinal))
        {
            return default;
        }

        DocumentedSchema.Of(_document, content[type]!["schema"]!).Faults(text).ShouldBeEmpty(told);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static void ShouldHaveHeaders(HttpResponseMessage answer, JsonNode documented, string told)
    {
        if (documented["headers"]?["Retry-After"] is not null)
        {
            answer.Headers.RetryAfter.ShouldNotBeNull(told);
        }

        if (documented["content"]?[Problem] is not null)
        {
            answer.Content.Headers.ContentType!.MediaType.ShouldBe(Problem, told);
        }
    }

    private JsonNode Followed(JsonNode node)
        => node["$ref"]?.GetValue<string>() is not { } reference ? node
            : reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode)_document, (at, name) => at[name]!);
}
