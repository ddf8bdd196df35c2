using System.Text.Json.Nodes;

namespace PilotHooks.Messaging.Tests;

internal static class JsonReading
{
    public static string? Text(this JsonNode node, string name) => (string?)node[name];

    public static JsonObject[] Items(this JsonObject page) => [.. page["items"]!.AsArray().Select(item => item!.AsObject())];
}
