using System.Text.Json;
using System.Text.Json.Nodes;

namespace PilotHooks.Messaging.Tests;

/// <summary>The providers' events, with the fields of their examples; tests give what matters to them.</summary>
internal static class Events
{
    public const string Contact = "+5511999999999";
    public const string Own = "+5511888888888";

    public static string Unique(string prefix) => $"{prefix}_{Guid.NewGuid():N}";

    /// <summary>An outbound status: <c>message.sent</c>, <c>.delivered</c>, <c>.read</c> or <c>.failed</c>.</summary>
    public static string Status(string name, string numberId, string id, string? messageId, string at, object? more = null)
        => Event($"message.{name}", new { to = Contact, from = Own, numberId, messageId, id, type = "text", fromMe = true, content = "sent text", createdAt = at }, more);

    /// <summary>An inbound message: <c>message.received</c>, <c>.reply</c>, <c>.group</c> or <c>.newsletter</c>.</summary>
    public static string Inbound(string name, string numberId, string id, string messageId, string at, object? more = null)
        => Event($"message.{name}", new { from = Contact, to = Own, numberId, messageId, id, type = "text", fromMe = false, content = "Hi", participantName = "WhatsApp name", createdAt = at }, more);

    /// <summary>A <c>message.report</c> of the platform.</summary>
    public static string Report(string wamid, string status, string timestamp, string phone = "+918189222313", object? more = null)
        => Envelope("message.report", Merge(
            new { recipient = new { customer_id = wamid, phone_number = phone }, status, reported_at = "2026-05-13T12:54:54.719Z", timestamp }, more));

    /// <summary>A platform event around an object.</summary>
    public static string Envelope(string type, object value)
        => JsonSerializer.Serialize(new { id = $"evt_{Guid.NewGuid()}", type, api_version = "2026-02-04", created_at = 1747147674, liveMode = true, data = new { @object = value } });

    private static string Event(string name, object data, object? more)
        => JsonSerializer.Serialize(new { @event = name, data = Merge(data, more) });

    /// <summary>The first object with the fields of the second; null there removes a field.</summary>
    private static JsonObject Merge(object data, object? more)
    {
        var fields = JsonSerializer.SerializeToNode(data)!.AsObject();
        foreach (var (name, value) in JsonSerializer.SerializeToNode(more)?.AsObject() ?? [])
        {
            fields[name] = value?.DeepClone();
        }

        return fields;
    }
}
