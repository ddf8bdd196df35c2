using PilotHooks.Calls.Calls;
using PilotHooks.Numbers.Changes;
using PilotHooks.Relay.Endpoints;
using PilotHooks.Relay.Formats;

namespace PilotHooks.OpenApi.Tests.Document;

/// <summary>The words that a property or a parameter may hold, by the name of its schema or operation.</summary>
internal static class Words
{
    private static readonly string[] Directions = ["inbound", "outbound"];
    private static readonly string[] Kinds = ["direct", "group", "newsletter"];
    private static readonly string[] Scopes = ["full", "read"];
    private static readonly string[] AttemptStatuses = ["SUCCESS", "FAILED"];

    public static readonly IReadOnlyDictionary<string, IEnumerable<string>> Of = new Dictionary<string, IEnumerable<string>>(StringComparer.Ordinal)
    {
        ["Message.direction"] = Directions,
        ["Message.kind"] = Kinds,
        ["Message.status"] = ["queued", "sent", "delivered", "read", "failed", "received"],
        ["RepliedMessage.matchedBy"] = ["quotedMessageId", "correlationId"],
        ["Conversation.kind"] = Kinds,
        ["Number.state"] = NumberStates.All,
        ["UptimeSlot.state"] = ["connected", "degraded", "down", "unknown"],
        ["Call.direction"] = CallDirection.All,
        ["Permission.status"] = ["NO_PERMISSION", "TEMPORARY", "PERMANENT"],
        ["Endpoint.format"] = WebhookFormats.All,
        ["Endpoint.signature"] = SignatureModes.All,
        ["Endpoint.pausedReason"] = ["gone", "failing"],
        ["Attempt.format"] = WebhookFormats.All,
        ["Attempt.status"] = AttemptStatuses,
        ["Delivery.status"] = ["pending", "successful", "failed"],
        ["ApiKey.scope"] = Scopes,
        ["CreatedApiKey.scope"] = Scopes,
        ["Erasure.status"] = ["running", "finished"],
        ["WebhookAnswer.status"] = ["accepted", "duplicate"],
        ["listCalls.status"] = CallStatus.All,
        ["listCalls.direction"] = CallDirection.All,
        ["listNumbers.state"] = NumberStates.All,
        ["listWebhookLogs.status"] = AttemptStatuses,
    };
}
