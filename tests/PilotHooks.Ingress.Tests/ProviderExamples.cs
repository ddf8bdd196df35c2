using System.Text;

namespace PilotHooks.Ingress.Tests;

/// <summary>The providers' own examples, by event name (pilot-status-event-reference.md, whatsapp-platform-webhooks.md).</summary>
internal static class ProviderExamples
{
    public static byte[] Message(
        string name, string? id = "cmm04obm46zz0qv4ycjp8x6r2", string? messageId = "A52298BB1619CB5EC464BEFB8A3ACB94",
        string? numberId = "cmm0abc123", string from = "+5511888888888", string to = "+5511999999999", string content = "sent text")
        => Json($$"""
            {
              "event": "{{name}}",
              "data": {
                "to": "{{to}}",
                "from": "{{from}}",
                "numberId": {{Quote(numberId)}},
                "messageId": {{Quote(messageId)}},
                "id": {{Quote(id)}},
                "type": "text",
                "fromMe": true,
                "content": "{{content}}",
                "createdAt": "2026-02-24T15:00:05.000Z"
              }
            }
            """);

    public static byte[] Number(string name, string? numberId = "cmm0abc123", string? createdAt = "2026-02-24T15:00:05.000Z", string phone = "+5511888888888")
        => Json($$"""
            {
              "event": "{{name}}",
              "data": {
                "numberId": {{Quote(numberId)}},
                "phone": "{{phone}}",
                "displayName": "Main store",
                "createdAt": {{Quote(createdAt)}}
              }
            }
            """);

    public static byte[] Call(
        string name, string? callId = "call_01HZX", string? externalCallId = "wacid.ABGG", string? status = "COMPLETED",
        string? from = "5511888888888", string? to = "5511999999999", string? timestamp = "2026-07-03T15:02:05.000Z", string? direction = "OUTBOUND")
        => Json($$"""
            {
              "event": "{{name}}",
              "callId": {{Quote(callId)}},
              "externalCallId": {{Quote(externalCallId)}},
              "direction": {{Quote(direction)}},
              "status": {{Quote(status)}},
              "from": {{Quote(from)}},
              "to": {{Quote(to)}},
              "timestamp": {{Quote(timestamp)}},
              "duration": 120
            }
            """);

    public static byte[] Platform(string type, string? id = "evt_85e59919-3147-454b-bade-75", string data = """{ "recipient": { "customer_id": "wamid.HBgN", "phone_number": "+918189222313" }, "status": "READ", "reported_at": "2026-05-13T12:54:54.719Z", "timestamp": "2026-05-13T12:46:25Z" }""")
        => Json($$"""
            {
              "id": {{Quote(id)}},
              "type": "{{type}}",
              "api_version": "2026-02-04",
              "created_at": 1747147674,
              "liveMode": true,
              "data": { "object": {{data}} }
            }
            """);

    /// <summary>Meta's <c>value</c> of a call that connects (facts.md, 3.1).</summary>
    public static string NativeValue(string wacid = "wacid.ABGG", string from = "5511999999999", string to = "5511888888888") => $$"""
        {
          "messaging_product": "whatsapp",
          "metadata": { "display_phone_number": "{{to}}", "phone_number_id": "106540352242922" },
          "contacts": [{ "profile": { "name": "Ana" }, "wa_id": "{{from}}" }],
          "calls": [{
            "id": "{{wacid}}", "from": "{{from}}", "to": "{{to}}", "event": "connect", "timestamp": "1783090925",
            "direction": "USER_INITIATED", "session": { "sdp_type": "offer", "sdp": "v=0\r\no=- 1 1 IN IP4 127.0.0.1" }
          }]
        }
        """;

    public static string NativeEnvelope(string value, string field = "calls") => $$"""
        { "object": "whatsapp_business_account", "entry": [{ "id": "102290129340398", "changes": [{ "value": {{value}}, "field": "{{field}}" }] }] }
        """;

    public static byte[] Json(string json) => Encoding.UTF8.GetBytes(json);

    private static string Quote(string? text) => text is null ? "null" : $"\"{text}\"";
}
