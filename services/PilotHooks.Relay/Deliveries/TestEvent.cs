using System.Text.Json;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Relay.Deliveries;

/// <summary>The sample that an endpoint gets on request, whether it is paused or not, once.</summary>
internal static class TestEvent
{
    public const string Name = "webhook.test";

    public static byte[] Body(string webhookId, DateTimeOffset now)
        => JsonSerializer.SerializeToUtf8Bytes(
            new { @event = Name, data = new { webhookId, message = "A test event from PilotHooks.", createdAt = now } },
            ApiJson.Options);
}
