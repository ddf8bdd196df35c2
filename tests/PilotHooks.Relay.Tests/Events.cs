using System.Text;
using PilotHooks.Contracts;

namespace PilotHooks.Relay.Tests;

/// <summary>Events as the ingress publishes them.</summary>
public static class Events
{
    public static IWebhookEvent Received(string numberId, string text = "Hi", string name = "message.received")
        => new MessageReceived(Guid.NewGuid(), name, "whatsapp", numberId, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, Body(name, numberId, text));

    public static IWebhookEvent Status(string numberId, string status = "sent")
        => new MessageStatusReported(Guid.NewGuid(), $"message.{status}", "whatsapp", numberId, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, Body($"message.{status}", numberId, "Hello"));

    public static NumberChanged Number(string name, string numberId, DateTimeOffset at)
        => new(Guid.NewGuid(), name, "whatsapp", numberId, at, DateTimeOffset.UtcNow, Encoding.UTF8.GetBytes($$"""{ "event": "{{name}}", "data": { "numberId": "{{numberId}}" } }"""));

    public static IWebhookEvent Unknown(string name)
        => new UnknownEventReceived(Guid.NewGuid(), name, "whatsapp", null, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, Encoding.UTF8.GetBytes($$"""{ "event": "{{name}}",   "odd": "\ud83d" }"""));

    /// <summary>With spaces, an escape and a number that a round trip through a parser would lose.</summary>
    private static byte[] Body(string name, string numberId, string text)
        => Encoding.UTF8.GetBytes($$"""{ "event": "{{name}}", "data": { "numberId": "{{numberId}}", "messageId": "wamid.1", "id": "cmm1", "from": "+5511999999999", "to": "+5511888888888", "content": "{{text}} \u00e9", "x": 1.0e2, "createdAt": "2026-02-24T15:00:05.000Z" } }""");
}
