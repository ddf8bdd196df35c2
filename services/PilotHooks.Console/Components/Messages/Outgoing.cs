using System.Security.Cryptography;
using System.Text;
using PilotHooks.Console.Components.Api;

namespace PilotHooks.Console.Components.Messages;

/// <summary>
/// A message to send, and the key that was made with its form. The same form sent twice, by a double click or a reload,
/// sends once; with another text it is another message.
/// </summary>
internal sealed record Outgoing(string Key, string Text, string? NumberId, string Destination, string Kind)
{
    /// <summary>What the API knows this send by.</summary>
    public string IdempotencyKey => $"{Key}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{NumberId}\n{Destination}\n{Text}")).AsSpan(0, 8))}";

    public static string NewKey() => Guid.NewGuid().ToString();

    public Task<ApiResult<SentItem>> SendAsync(ApiClient api)
    {
        var body = new Dictionary<string, string>
        {
            ["text"] = Text,
            [Kind switch { "group" => "groupId", "newsletter" => "newsletterId", _ => "destinationNumber" }] = Destination,
        };
        if (NumberId is not null)
        {
            body["numberId"] = NumberId;
        }

        return api.SendAsync<SentItem>(HttpMethod.Post, "/v1/messages/send", body, IdempotencyKey);
    }

    /// <summary>
    /// The key for another try. The same one as long as the first may still be under way: then it is answered what came of
    /// that. Another where that is known, or nobody will know: the viewer decides whether to send it again.
    /// </summary>
    public string KeyAfter(ApiProblem problem) => problem is { Status: 0 } or { Code: "send_in_progress" } ? Key : NewKey();
}

/// <summary>The provider's answer.</summary>
internal sealed record SentItem(string Id, string? CorrelationId);
