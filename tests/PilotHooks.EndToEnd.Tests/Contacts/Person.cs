using System.Globalization;

namespace PilotHooks.EndToEnd.Tests.Contacts;

/// <summary>Somebody in every kind of event that the providers document, by number, name and words.</summary>
internal sealed class Person
{
    private const string Own = "+5511888887777";
    private static int _count;

    private readonly string _id = $"{Guid.NewGuid():N}";
    private readonly string _digits = string.Create(CultureInfo.InvariantCulture, $"55219{DateTime.UtcNow.Ticks / 10 % 1_000_000:000000}{Interlocked.Increment(ref _count) % 100:00}");

    /// <summary>The digits alone, as calls write them.</summary>
    public string Digits => _digits;

    public string Phone => $"+{_digits}";

    public string Name => $"Name-of-{_id}";

    public string Words => $"Words-of-{_id}";

    /// <summary>What nobody may find any more.</summary>
    public IReadOnlyList<string> Traces => [Digits, Name, Words];

    public static string NumberId { get; } = $"num-{Guid.NewGuid():N}";

    /// <summary>What came of the first time; another time has ids of its own, as a late event that nobody has seen.</summary>
    public string Id(string of, int time = 0) => $"{_id}-{time}-{of}";

    /// <summary>The events of the source <c>whatsapp</c>.</summary>
    public IEnumerable<string> Whatsapp(int time = 0, string at = "2026-02-24T15:00") =>
    [
        Outbound("message.sent", "out", "", time, at),
        Outbound("message.delivered", "out", "", time, at),
        Outbound("message.read", "out", "", time, at),
        Outbound("message.failed", "bad", $"\"error\":\"No account {Phone}.\",\"errorCode\":\"DELIVER_NOT_CONFIRMED\",", time, at),
        Inbound("message.received", "in", $"\"mediaLink\":\"https://example.com/{Words}.jpg\",\"mediaType\":\"image\",\"mediaCaption\":\"{Words}\",\"mediaFilename\":\"{Words}.jpg\",", time, at),
        Inbound("message.reply", "reply", $"\"quotedMessageId\":\"wa-{Id("out", time)}\",\"contentReplied\":\"{Words}\",\"correlationId\":\"corr-{Id("out", time)}\",", time, at),
        Inbound("message.group", "group", "\"groupId\":\"120363@g.us\",\"groupName\":\"The group\",", time, at),
        Inbound("message.newsletter", "news", "\"newsletterId\":\"120364@newsletter\",\"newsletterName\":\"The channel\",", time, at),
        Call("ringing", "RINGING", time, at),
        Call("connected", "ACCEPTED", time, at),
        Call("ended", "COMPLETED", time, at, ",\"duration\":7"),
        $$"""{"event":"call.missed","callId":"missed-{{Id("call", time)}}","direction":"INBOUND","status":"MISSED","from":"{{Digits}}","to":"5511888887777","timestamp":"{{at}}:00.000Z"}""",
        $$"""{"event":"call.permission_updated","callId":null,"direction":null,"status":"PERMANENT","from":"{{Digits}}","to":"5511888887777","timestamp":"{{at}}:{{time:00}}.000Z"}""",
        $$"""{"calls":[{"id":"wacid.{{Id("call", time)}}","event":"connect","from":"{{Digits}}","to":"5511888887777","timestamp":"{{Seconds(at)}}","session":{"sdp_type":"offer","sdp":"{{Words}}"} }],"messaging_product":"whatsapp"}""",
        $$"""{"calls":[{"id":"wacid.{{Id("call", time)}}","event":"terminate","timestamp":"{{Seconds(at) + 10}}","session":{"sdp_type":"answer","sdp":"{{Words}}"} }],"messaging_product":"whatsapp"}""",
        $$"""{"event":"number.connected","data":{"numberId":"own-{{_id}}","phone":"{{Phone}}","displayName":"{{Name}}","profileName":"{{Name}}","createdAt":"{{at}}:{{time:00}}.000Z"} }""",
        $$"""{"event":"something.new","data":{"id":"{{Id("new", time)}}","customer":"+55 (21) {{Digits[4..9]}}-{{Digits[9..]}}","name":"{{Name}}","createdAt":"{{at}}:00.000Z"} }""",
    ];

    /// <summary>The events of the source <c>platform</c>.</summary>
    public IEnumerable<string> Platform(int time = 0, string at = "2026-02-24T15:00") =>
    [
        $$"""{"id":"evt_{{Id("1", time)}}","type":"form.submitted","created_at":"{{at}}:05Z","data":{"object":{"form_id":"form-{{Id("form", time)}}","answers":{"name":"{{Name}}","phone":"{{Phone}}","note":"{{Words}}"} } } }""",
        $$"""{"id":"evt_{{Id("2", time)}}","type":"form.submitted","created_at":"{{at}}:05Z","data":{"customer":{"phone_number":"{{Phone}}"},"object":{"form_id":"form-{{Id("form2", time)}}","note":"{{Words}}"} } }""",
        $$"""{"id":"evt_{{Id("3", time)}}","type":"message.incoming","created_at":"{{at}}:05Z","data":{"object":{"id":"wamid.{{Id("incoming", time)}}","from":"{{Digits}}","profile":{"name":"{{Name}}"},"type":"text","text":{"body":"{{Words}}"} } } }""",
        $$"""{"id":"evt_{{Id("4", time)}}","type":"message.incoming","created_at":"{{at}}:06Z","data":{"object":{"from":"{{Digits}}","type":"edit","edit":{"original_message_id":"wamid.{{Id("incoming", time)}}","message":{"text":{"body":"{{Words}} edited"} } } } } }""",
        $$"""{"id":"evt_{{Id("5", time)}}","type":"message.report","created_at":"{{at}}:07Z","data":{"object":{"recipient":{"customer_id":"wamid.{{Id("report", time)}}","phone_number":"{{Phone}}"},"status":"READ","timestamp":"{{at}}:07Z"} } }""",
    ];

    /// <summary>Another's message in the group that answers what this person wrote there.</summary>
    public string AnsweredInGroupBy(Person other, int time = 0)
        => other.Inbound("message.group", $"answer{_id}", $"\"quotedMessageId\":\"wa-{Id("group", time)}\",\"contentReplied\":\"{Words}\",\"groupId\":\"120363@g.us\",\"groupName\":\"The group\",", time, "2026-02-24T15:01");

    public string AnswerId(Person other, int time = 0) => other.Id($"answer{_id}", time);

    private static long Seconds(string at) => DateTimeOffset.Parse($"{at}:00Z", CultureInfo.InvariantCulture).ToUnixTimeSeconds();

    private string Inbound(string name, string id, string more, int time, string at) => Message(name, id, Phone, Own, "false", $"{more}\"participantName\":\"{Name}\",", time, at);

    private string Outbound(string name, string id, string more, int time, string at) => Message(name, id, Own, Phone, "true", more, time, at);

    private string Message(string name, string id, string from, string to, string fromMe, string more, int time, string at)
        => $$"""{"event":"{{name}}","data":{"from":"{{from}}","to":"{{to}}","numberId":"{{NumberId}}","messageId":"wa-{{Id(id, time)}}","id":"{{Id(id, time)}}","type":"text","fromMe":{{fromMe}},"content":"{{Words}}",{{more}}"createdAt":"{{at}}:05.000Z"} }""";

    private string Call(string name, string status, int time, string at, string more = "")
        => $$"""{"event":"call.{{name}}","callId":"call-{{Id("call", time)}}","externalCallId":"wacid.{{Id("call", time)}}","direction":"OUTBOUND","status":"{{status}}","from":"5511888887777","to":"{{Digits}}","timestamp":"{{at}}:01.000Z"{{more}}}""";
}
