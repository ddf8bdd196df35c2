using System.Text.Json.Nodes;

namespace PilotHooks.OpenApi.Tests.Document;

/// <summary>What the document says beside what the endpoints tell: examples, bodies that are read by hand, and common words.</summary>
internal static class Facts
{
    public static readonly JsonObject Examples = Read("examples.json");
    public static readonly JsonObject Parameters = Read("parameters.json");
    public static readonly JsonObject Bodies = Read("bodies.json");
    public static readonly JsonObject Answers = Read("answers.json");
    public static readonly JsonObject Problems = Read("problems.json");
    public static readonly JsonObject Schemas = Read("schemas.json");

    public static JsonObject Read(string file)
    {
        using var stream = typeof(Facts).Assembly.GetManifestResourceStream(file)!;
        return JsonNode.Parse(stream)!.AsObject();
    }

    /// <summary>The object of this name with every field of the other one written over it.</summary>
    public static void Apply(JsonObject target, JsonNode? patch)
    {
        foreach (var (name, value) in patch?.AsObject() ?? [])
        {
            target[name] = value?.DeepClone();
        }
    }
}
