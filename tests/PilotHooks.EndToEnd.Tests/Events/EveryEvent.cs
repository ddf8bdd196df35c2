using System.Text.Json;
using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests.Events;

/// <summary>One event of each kind of the providers' documents, and what the API tells once it has them.</summary>
internal sealed class EveryEvent
{
    private readonly string _id = $"{Guid.NewGuid():N}";

    /// <summary>The events of the source <c>whatsapp</c>, in no helpful order.</summary>
    public IEnumerable<string> Whatsapp =>
    [
        Message("message.reply", "reply", $"\"quotedMessageId\":\"wa-{_id}-out\",\"contentReplied\":\"Do you confirm?\",\"correlationId\":\"corr-{_id}\",", inbound: true),
        Message("message.read", "out", "", at: 10),
        Message("message.sent", "out", $"\"correlationId\":\"corr-{_id}\",", at: 5),
        Message("message.delivered", "out", "", at: 6),
        Message("message.failed", "bad", "\"error\":\"Failed to send message.\",\"errorCode\":\"DELIVER_NOT_CONFIRMED\","),
        Message("message.received", "in", "\"mediaLink\":\"https://example.com/a.jpg\",\"mediaType\":\"image\",\"mediaCaption\":\"Look\",\"mediaFilename\":\"a.jpg\",", inbound: true),
        Message("message.group", "group", "\"groupId\":\"120363@g.us\",\"groupName\":\"My Group\",", inbound: true),
        Message("message.newsletter", "news", "\"newsletterId\":\"120364@newsletter\",\"newsletterName\":\"My Channel\",", inbound: true),
        Number("created", 0),
        Number("health_degraded", 3),
        Number("disconnected", 2),
        Number("connected", 1),
        Call("ringing", "RINGING", 1),
        Call("ended", "COMPLETED", 9, ",\"duration\":7"),
        Call("connected", "ACCEPTED", 2),
        $$"""{"event":"call.missed","callId":"missed-{{_id}}","direction":"INBOUND","status":"MISSED","from":"5511999990000","to":"5511888880000","timestamp":"2026-02-24T15:01:00.000Z"}""",
        $$"""{"event":"call.permission_updated","callId":null,"direction":null,"status":"PERMANENT","from":"55119{{Digits}}","to":"5511888880000","timestamp":"2026-02-24T15:01:00.000Z"}""",
        $$"""{"calls":[{"id":"wacid.{{_id}}","event":"connect","from":"5511999990000","to":"5511888880000","timestamp":"1771945265","session":{"sdp_type":"offer","sdp":"v=0"} }],"messaging_product":"whatsapp"}""",
        $$"""{"event":"something.new","data":{"id":"{{_id}}"} }""",
    ];

    /// <summary>The events of the source <c>platform</c>.</summary>
    public IEnumerable<string> Platform =>
    [
        $$"""{"id":"evt_{{_id}}1","type":"form.submitted","created_at":"2026-02-24T15:00:05Z","data":{"object":{"form_id":"form-{{_id}}","answers":{"name":"Ana"} } } }""",
    ];

    /// <summary>The path of a message that is there once everything has been taken in.</summary>
    public string Sent => $"v1/messages/{_id}-out";

    /// <summary>Who may be called once everything has been taken in.</summary>
    public string Permitted => $"+55119{Digits}";

    private string Digits => string.Concat(_id.Where(char.IsAsciiDigit).Concat("00000000").Take(8));

    /// <summary>Waits until every fact can be read, and checks it.</summary>
    public async Task ShouldBeToldAsync(Func<string, Task<JsonElement?>> read)
    {
        async Task<JsonElement> ReadAsync(string path, Func<JsonElement, bool> until)
            => (await Eventually.GetAsync(() => read(path), found => found is { } item && until(item)))!.Value;

        var sent = await ReadAsync(Sent, item => Text(item, "status") == "read" && item.GetProperty("replies").GetArrayLength() == 1 && Text(item, "deliveredAt") is not null && Text(item, "sentAt") is not null);
        Text(sent, "correlationId").ShouldBe($"corr-{_id}");
        var reply = await ReadAsync($"v1/messages/{_id}-reply", item => item.GetProperty("inReplyTo").TryGetProperty("matchedBy", out var by) && by.GetString() == "quotedMessageId");
        Text(reply.GetProperty("inReplyTo"), "id").ShouldBe($"{_id}-out");
        Text(await ReadAsync($"v1/messages/{_id}-bad", _ => true), "errorCode").ShouldBe("DELIVER_NOT_CONFIRMED");
        Text((await ReadAsync($"v1/messages/{_id}-in", _ => true)).GetProperty("media"), "filename").ShouldBe("a.jpg");
        Text((await ReadAsync($"v1/messages/{_id}-group", _ => true)).GetProperty("group"), "name").ShouldBe("My Group");
        Text(await ReadAsync($"v1/messages/{_id}-news", _ => true), "kind").ShouldBe("newsletter");

        var number = await ReadAsync($"v1/numbers/num-{_id}", item => Text(item, "health") == "degraded" && Text(item, "state") == "disconnected");
        Text(number, "phone").ShouldBe("+5511888880000");
        (await ReadAsync($"v1/numbers/num-{_id}/history", page => page.GetProperty("items").GetArrayLength() == 4)).GetProperty("next").ValueKind.ShouldBe(JsonValueKind.Null);

        var call = await ReadAsync($"v1/calls/call-{_id}?includeSdp=1", item => Text(item, "status") == "COMPLETED" && item.GetProperty("signals").GetInt32() == 1 && Text(item, "connectedAt") is not null);
        call.GetProperty("durationSeconds").GetInt32().ShouldBe(7);
        Text(call.GetProperty("signalling")[0], "sdp").ShouldBe("v=0");
        Text(await ReadAsync($"v1/calls/missed-{_id}", _ => true), "status").ShouldBe("MISSED");
        Text(await ReadAsync($"v1/calls/permissions/{Uri.EscapeDataString(Permitted)}", _ => true), "status").ShouldBe("PERMANENT");
        await ReadAsync("v1/forms", page => page.ToString().Contains($"form-{_id}", StringComparison.Ordinal));
    }

    private static string? Text(JsonElement item, string name) => item.GetProperty(name).GetString();

    private string Message(string name, string id, string more, bool inbound = false, int at = 7)
        => $$"""{"event":"{{name}}","data":{"to":"+5511999990000","from":"+5511888880000","numberId":"num-{{_id}}","messageId":"wa-{{_id}}-{{id}}","id":"{{_id}}-{{id}}","type":"text","fromMe":{{(inbound ? "false" : "true")}},"content":"Hi",{{more}}"createdAt":"2026-02-24T15:00:{{at:00}}.000Z"} }""";

    private string Number(string name, int at)
        => $$"""{"event":"number.{{name}}","data":{"numberId":"num-{{_id}}","phone":"+5511888880000","displayName":"Main store","createdAt":"2026-02-24T15:00:{{at:00}}.000Z"} }""";

    private string Call(string name, string status, int at, string more = "")
        => $$"""{"event":"call.{{name}}","callId":"call-{{_id}}","externalCallId":"wacid.{{_id}}","direction":"OUTBOUND","status":"{{status}}","from":"5511888880000","to":"5511999990000","timestamp":"2026-02-24T15:01:{{at:00}}.000Z"{{more}}}""";
}
