using System.Text;
using System.Text.Json;
using PilotHooks.Relay.Archive;

namespace PilotHooks.Relay.RefusedRequests;

/// <summary>What a refused body is.</summary>
internal static class RefusedRequestPayload
{

    /// <summary>As an answer shows it: JSON as it is, anything else as text.</summary>
    public static object? Show(byte[]? body)
        => body is null ? null
            : Kind(body, maxDepth: 64) is not JsonTokenType.None ? RawJson.Of(body)
            : Encoding.UTF8.GetString(body);

    /// <summary>Whether the ingress can take it for an event.</summary>
    public static bool IsObject(byte[] body) => Kind(body, int.MaxValue) == JsonTokenType.StartObject;

    /// <summary>What the JSON begins with; none if it is no JSON.</summary>
    private static JsonTokenType Kind(ReadOnlySpan<byte> body, int maxDepth)
    {
        var json = new Utf8JsonReader(body.StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..] : body, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            if (!json.Read())
            {
                return JsonTokenType.None;
            }

            var first = json.TokenType;
            while (json.Read())
            {
            }

            return first;
        }
        catch (JsonException)
        {
            return JsonTokenType.None;
        }
    }
}
