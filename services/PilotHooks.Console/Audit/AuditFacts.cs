using System.Text.Json;
using System.Text.Json.Nodes;
using PilotHooks.ServiceDefaults.Text;

namespace PilotHooks.Console.Audit;

/// <summary>What the audit keeps of an answer or an object.</summary>
internal static class AuditFacts
{
    /// <summary>Kept where nobody heard what came of it.</summary>
    public const string Unknown = """{"outcome":"unknown"}""";

    private const int MaxBytes = 32 * 1024;
    private const int MaxText = 500;
    private static readonly HashSet<string> Secrets = new(["key", "secret", "token", "password"], StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The JSON object without its secrets, and with what was asked for in the query; null for anything else. Of an address
    /// the user and the query go, in which secrets are often put.
    /// </summary>
    public static string? Of(ReadOnlySpan<byte> json, IQueryCollection? query = null)
    {
        var kept = Parse(json);
        if (query is { Count: > 0 })
        {
            kept ??= new JsonObject();
            kept["query"] = new JsonObject(query.Select(parameter => KeyValuePair.Create(parameter.Key, (JsonNode?)TextCut.Cut(parameter.Value.ToString(), MaxText, mark: ""))));
        }

        if (kept is null)
        {
            return null;
        }

        Strip(kept);
        return kept.ToJsonString();
    }

    /// <summary>The <c>id</c> of what an answer tells of.</summary>
    public static string? IdOf(ReadOnlySpan<byte> json) => Parse(json)?["id"] is JsonValue value && value.TryGetValue<string>(out var id) ? id : null;

    private static JsonObject? Parse(ReadOnlySpan<byte> json)
    {
        if (json.Length is 0 or > MaxBytes)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Strip(JsonObject kept)
    {
        foreach (var (name, value) in kept.ToList())
        {
            if (Secrets.Contains(name))
            {
                kept.Remove(name);
            }
            else if (value is JsonObject inner)
            {
                Strip(inner);
            }
            else if (value is JsonValue text && text.TryGetValue<string>(out var address) && name.EndsWith("url", StringComparison.OrdinalIgnoreCase))
            {
                kept[name] = WithoutSecrets(address);
            }
        }
    }

    private static string WithoutSecrets(string address)
        => Uri.TryCreate(address, UriKind.Absolute, out var url) && (url.UserInfo.Length > 0 || url.Query.Length > 0)
            ? url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) + (url.Query.Length > 0 ? "?…" : "")
            : address;
}
