using System.Text.Json.Nodes;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Messaging.Tests;

internal static class JsonReading
{
    public static string? Text(this JsonNode node, string name) => (string?)node[name];

    /// <summary>The JSON as the API writes it.</summary>
    public static string Json(this JsonNode node) => node.ToJsonString(ApiJson.Options);

    public static JsonObject[] Items(this JsonObject page) => [.. page["items"]!.AsArray().Select(item => item!.AsObject())];
}
