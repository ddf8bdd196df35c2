namespace PilotHooks.EndToEnd.Tests.Tracing;

/// <summary>One event of each kind, full of what nobody may find in the telemetry.</summary>
internal sealed class PrivateEvents
{
    public const string Words = "words of a private message";

    /// <summary>Of a contact and of our own number; the digits alone, as calls write them.</summary>
    public static readonly string[] Phones = ["5511977776666", "5511966665555"];

    private readonly string _id = $"{Guid.NewGuid():N}";

    public string NumberId => $"num_{_id}";

    /// <summary>The events of the source <c>whatsapp</c>.</summary>
    public IEnumerable<string> Whatsapp =>
    [
        Message("message.sent", "out", "\"fromMe\":true"),
        Message("message.failed", "bad", $"\"fromMe\":true,\"error\":\"{Words}\",\"errorCode\":\"{Words}\""),
        Message("message.received", "in", $"\"mediaLink\":\"https://example.com/{Phones[0]}\",\"mediaType\":\"image\",\"mediaCaption\":\"{Words}\",\"mediaFilename\":\"{Words}.jpg\""),
        Message("message.reply", "reply", $"\"quotedMessageId\":\"wa-{_id}-out\",\"contentReplied\":\"{Words}\""),
        Message("message.group", "group", $"\"groupId\":\"{Phones[0]}@g.us\",\"groupName\":\"{Words}\",\"participantName\":\"{Words}\""),
        $$"""{"event":"number.disconnected","data":{"numberId":"{{NumberId}}","phone":"+{{Phones[1]}}","displayName":"{{Words}}","error":"{{Words}}","createdAt":"2026-02-24T15:00:02.000Z"} }""",
        $$"""{"event":"number.health_{{Phones[0]}}","data":{"numberId":"{{NumberId}}","phone":"+{{Phones[1]}}","createdAt":"2026-02-24T15:00:03.000Z"} }""",
        Call("call.missed", $"\"callId\":\"call-{_id}\",\"direction\":\"INBOUND\",\"status\":\"MISSED\""),
        Call("call.permission_updated", "\"callId\":null,\"direction\":null,\"status\":\"PERMANENT\""),
        $$"""{"calls":[{"id":"wacid.{{_id}}","event":"connect","from":"{{Phones[0]}}","to":"{{Phones[1]}}","timestamp":"1771945265","session":{"sdp_type":"offer","sdp":"{{Words}}"} }],"messaging_product":"whatsapp"}""",
        $$"""{"event":"something.new","data":{"id":"{{_id}}","numberId":"{{NumberId}}","to":"+{{Phones[0]}}","text":"{{Words}}"} }""",
        $$"""{"event":"{{Phones[0]}}","data":{"id":"{{_id}}","numberId":"{{NumberId}}"} }""",
        $$"""{"event":"{{Words}}","data":{"id":"{{_id}}","numberId":"{{NumberId}}"} }""",
    ];

    /// <summary>The events of the source <c>platform</c>.</summary>
    public IEnumerable<string> Platform =>
    [
        $$"""{"id":"evt_{{_id}}1","type":"form.submitted","created_at":"2026-02-24T15:00:05Z","data":{"object":{"form_id":"form-{{_id}}","answers":{"name":"{{Words}}","phone":"+{{Phones[0]}}"} } } }""",
        $$"""{"id":"evt_{{_id}}2","type":"message.incoming","created_at":"2026-02-24T15:00:05Z","data":{"object":{"id":"wamid.{{_id}}","from":"{{Phones[0]}}","type":"text","text":{"body":"{{Words}}"} } } }""",
    ];

    /// <summary>What the ingress refuses, or cannot read.</summary>
    public IEnumerable<string> Odd => [$"{Words} +{Phones[0]}", "[]", $$"""{"data":{"to":"+{{Phones[0]}}","content":"{{Words}}"} }""", $$"""{"event":"message.sent","data":{"to":"+{{Phones[0]}}"} }"""];

    /// <summary>The path of the last message, which is there once it has been merged.</summary>
    public string Merged => $"v1/messages/{_id}-group";

    private string Message(string name, string id, string more)
        => $$"""{"event":"{{name}}","data":{"to":"+{{Phones[0]}}","from":"+{{Phones[1]}}","numberId":"{{NumberId}}","messageId":"wa-{{_id}}-{{id}}","id":"{{_id}}-{{id}}","type":"text","content":"{{Words}}",{{more}},"createdAt":"2026-02-24T15:00:05.000Z"} }""";

    private static string Call(string name, string more)
        => $$"""{"event":"{{name}}",{{more}},"from":"{{Phones[0]}}","to":"{{Phones[1]}}","timestamp":"2026-02-24T15:01:00.000Z"}""";
}
