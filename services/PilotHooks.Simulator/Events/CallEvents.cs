using System.Globalization;
using System.Text.Json.Nodes;
using PilotHooks.Simulator.Business;

namespace PilotHooks.Simulator.Events;

/// <summary>A call between one of our numbers and a contact.</summary>
internal sealed record Call(string Id, string Wacid, bool Inbound, BusinessNumber Number, Contact Contact, string IceUser)
{
    public string From => Digits(Inbound ? Contact.Phone : Number.Phone);

    public string To => Digits(Inbound ? Number.Phone : Contact.Phone);

    public static string Digits(string phone) => phone.TrimStart('+');
}

/// <summary>The shapes in which the provider may hand Meta's envelope over: its documents do not say which.</summary>
internal enum SignalShape
{
    /// <summary><c>{"object", "entry": [...]}</c>, as Meta sends it.</summary>
    Envelope,

    /// <summary><c>entry[].changes[].value</c> alone.</summary>
    Value,

    /// <summary><c>{"event": "calls", "data": value}</c>.</summary>
    Wrapped,
}

/// <summary>
/// Bodies of <c>call.*</c>, flat by the provider's event reference, and of the native <c>calls</c> envelope by Meta's
/// calling reference.
/// </summary>
internal static class CallEvents
{
    public static SimulatedEvent Ringing(Call call, DateTimeOffset at) => Of("call.ringing", call, "RINGING", at);

    public static SimulatedEvent Connected(Call call, DateTimeOffset at) => Of("call.connected", call, "ACCEPTED", at);

    public static SimulatedEvent Missed(Call call, DateTimeOffset at) => Of("call.missed", call, "MISSED", at);

    /// <summary>With a duration only where the call was answered.</summary>
    public static SimulatedEvent Ended(Call call, string status, TimeSpan? duration, DateTimeOffset at) => Of("call.ended", call, status, at, duration);

    public static SimulatedEvent PermissionUpdated(BusinessNumber number, Contact contact, string status, DateTimeOffset at)
        => SimulatedEvent.Of("call.permission_updated", Sender.PilotStatus, number.Id, new JsonObject
        {
            ["event"] = "call.permission_updated",
            ["callId"] = null,
            ["direction"] = null,
            ["status"] = status,
            ["from"] = Call.Digits(contact.Phone),
            ["to"] = Call.Digits(number.Phone),
            ["timestamp"] = SimulatedEvent.Time(at),
        });

    /// <summary>The offer of whoever calls, or the answer of who was called.</summary>
    public static SimulatedEvent SignalledConnect(Call call, SignalShape shape, DateTimeOffset at)
    {
        var signal = Signal(call, "connect", at);
        signal["session"] = new JsonObject { ["sdp_type"] = call.Inbound ? "offer" : "answer", ["sdp"] = Sdp(call) };
        return Signalled(call, signal, shape);
    }

    public static SimulatedEvent SignalledTerminate(Call call, string status, TimeSpan? duration, SignalShape shape, DateTimeOffset at)
    {
        var signal = Signal(call, "terminate", at);
        signal["status"] = status;
        if (duration is { } length)
        {
            signal["start_time"] = Unix(at - length);
            signal["end_time"] = Unix(at);
            signal["duration"] = (int)length.TotalSeconds;
        }

        return Signalled(call, signal, shape);
    }

    private static SimulatedEvent Of(string name, Call call, string status, DateTimeOffset at, TimeSpan? duration = null)
    {
        var body = new JsonObject
        {
            ["event"] = name,
            ["callId"] = call.Id,
            ["externalCallId"] = call.Wacid,
            ["direction"] = call.Inbound ? "INBOUND" : "OUTBOUND",
            ["status"] = status,
            ["from"] = call.From,
            ["to"] = call.To,
            ["timestamp"] = SimulatedEvent.Time(at),
        };
        if (duration is { } length)
        {
            body["duration"] = (int)length.TotalSeconds;
        }

        return SimulatedEvent.Of(name, Sender.PilotStatus, call.Number.Id, body);
    }

    private static JsonObject Signal(Call call, string name, DateTimeOffset at) => new()
    {
        ["id"] = call.Wacid,
        ["from"] = call.From,
        ["to"] = call.To,
        ["event"] = name,
        ["timestamp"] = Unix(at),
        ["direction"] = call.Inbound ? "USER_INITIATED" : "BUSINESS_INITIATED",
    };

    private static SimulatedEvent Signalled(Call call, JsonObject signal, SignalShape shape)
    {
        var value = new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["metadata"] = new JsonObject { ["display_phone_number"] = Call.Digits(call.Number.Phone), ["phone_number_id"] = call.Number.MetaId },
            ["contacts"] = new JsonArray(new JsonObject
            {
                ["profile"] = new JsonObject { ["name"] = call.Contact.Name },
                ["wa_id"] = Call.Digits(call.Contact.Phone),
            }),
            ["calls"] = new JsonArray(signal),
        };
        return SimulatedEvent.Of("calls", Sender.PilotStatus, call.Number.Id, shape switch
        {
            SignalShape.Value => value,
            SignalShape.Wrapped => new JsonObject { ["event"] = "calls", ["data"] = value },
            _ => new JsonObject
            {
                ["object"] = "whatsapp_business_account",
                ["entry"] = new JsonArray(new JsonObject
                {
                    ["id"] = "100000000000001",
                    ["changes"] = new JsonArray(new JsonObject { ["field"] = "calls", ["value"] = value }),
                }),
            },
        });
    }

    private static string Unix(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>Audio only, over an address that documentation may use (RFC 5737).</summary>
    private static string Sdp(Call call) => string.Join("\r\n",
        "v=0",
        "o=- 1 2 IN IP4 192.0.2.10",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE audio",
        "m=audio 40000 UDP/TLS/RTP/SAVPF 111",
        "c=IN IP4 192.0.2.10",
        "a=mid:audio",
        call.Inbound ? "a=setup:actpass" : "a=setup:active",
        $"a=ice-ufrag:{call.IceUser}",
        $"a=ice-pwd:{call.IceUser}{call.IceUser}{call.IceUser}",
        "a=rtpmap:111 opus/48000/2",
        "");
}
