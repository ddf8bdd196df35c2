using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PilotHooks.Simulator.Tests.Support;

/// <summary>The field tables of the provider's event reference, and the platform's envelope, as checks.</summary>
internal static partial class DocumentedFields
{
    private static readonly string[] MessageTypes = ["text", "image", "audio", "video", "document", "location", "contacts", "sticker", "reaction"];
    private static readonly string[] MessageAlways = ["from", "to", "numberId", "messageId", "id", "type", "fromMe", "createdAt"];
    private static readonly string[] NumberAlways = ["numberId", "phone", "displayName", "createdAt"];
    private static readonly string[] CallAlways = ["event", "callId", "direction", "status", "from", "to", "timestamp"];
    private static readonly string[] Anywhere = ["content", "participantName", "correlationId"];

    private static readonly Dictionary<string, string[]> MessageConditional = new()
    {
        ["message.sent"] = [],
        ["message.delivered"] = [],
        ["message.read"] = [],
        ["message.failed"] = ["error", "errorCode"],
        ["message.received"] = ["mediaLink", "mediaType", "mediaCaption", "mediaFilename"],
        ["message.reply"] = ["contentReplied", "quotedMessageId"],
        ["message.group"] = ["groupName", "groupId"],
        ["message.newsletter"] = ["newsletterName", "newsletterId"],
    };

    private static readonly Dictionary<string, string[]> CallStatuses = new()
    {
        ["call.ringing"] = ["RINGING"],
        ["call.connected"] = ["ACCEPTED"],
        ["call.ended"] = ["COMPLETED", "FAILED", "REJECTED"],
        ["call.missed"] = ["MISSED"],
        ["call.permission_updated"] = ["NO_PERMISSION", "TEMPORARY", "PERMANENT"],
    };

    /// <summary>Every event of the documents.</summary>
    public static IReadOnlyList<string> Events { get; } =
    [
        .. MessageConditional.Keys,
        "number.created", "number.connected", "number.disconnected", "number.removed",
        "number.health_blocked", "number.health_degraded", "number.health_shadowban", "number.recovered",
        .. CallStatuses.Keys,
        "calls",
        "message.incoming", "message.report", "form.submitted",
    ];

    /// <summary>Fails with what differs from the documents. Events that no document knows pass.</summary>
    public static void ShouldHold(JsonObject body)
    {
        var name = (string?)body["event"] ?? (string?)body["type"];
        if (name is null or "calls")
        {
            NativeCallsShouldHold(body["entry"]?[0]?["changes"]?[0]?["value"] ?? body["data"] ?? body);
        }
        else if (body.ContainsKey("type"))
        {
            PlatformShouldHold(body, name);
        }
        else if (name.StartsWith("message.", StringComparison.Ordinal))
        {
            MessageShouldHold(body["data"]!.AsObject(), name);
        }
        else if (name.StartsWith("number.", StringComparison.Ordinal))
        {
            NumberShouldHold(body["data"]!.AsObject(), name);
        }
        else if (name.StartsWith("call.", StringComparison.Ordinal))
        {
            CallShouldHold(body, name);
        }
    }

    private static void MessageShouldHold(JsonObject data, string name)
    {
        FieldsShouldBe(data, MessageAlways, [.. Anywhere, .. MessageConditional[name]], name);
        var outbound = name is "message.sent" or "message.delivered" or "message.read" or "message.failed";
        ((bool)data["fromMe"]!).ShouldBe(outbound, name);
        MessageTypes.ShouldContain((string)data["type"]!);
        Phone().IsMatch((string)data["from"]!).ShouldBeTrue(name);
        Phone().IsMatch((string)data["to"]!).ShouldBeTrue(name);
        TimeShouldHold(data["createdAt"], name);
        ((string?)data["id"]).ShouldNotBeNullOrEmpty(name);
        (name == "message.failed" || data["messageId"] is not null).ShouldBeTrue(name);
        (name != "message.reply" || data["quotedMessageId"] is not null).ShouldBeTrue(name);
        (name != "message.group" || ((string)data["groupId"]!).EndsWith("@g.us", StringComparison.Ordinal)).ShouldBeTrue(name);
        (name != "message.newsletter" || ((string)data["newsletterId"]!).EndsWith("@newsletter", StringComparison.Ordinal)).ShouldBeTrue(name);
    }

    private static void NumberShouldHold(JsonObject data, string name)
    {
        FieldsShouldBe(data, NumberAlways, ["profileName", "error", "errorCode"], name);
        Phone().IsMatch((string)data["phone"]!).ShouldBeTrue(name);
        TimeShouldHold(data["createdAt"], name);
    }

    private static void CallShouldHold(JsonObject body, string name)
    {
        FieldsShouldBe(body, CallAlways, ["externalCallId", "duration"], name);
        var permission = name == "call.permission_updated";
        (body["callId"] is null).ShouldBe(permission, name);
        (body["direction"] is null).ShouldBe(permission, name);
        (permission || (string)body["direction"]! is "INBOUND" or "OUTBOUND").ShouldBeTrue(name);
        CallStatuses[name].ShouldContain((string)body["status"]!);
        Digits().IsMatch((string)body["from"]!).ShouldBeTrue(name);
        Digits().IsMatch((string)body["to"]!).ShouldBeTrue(name);
        TimeShouldHold(body["timestamp"], name);
        body.ContainsKey("duration").ShouldBe(name == "call.ended" && (string)body["status"]! == "COMPLETED", name);
    }

    private static void NativeCallsShouldHold(JsonNode value)
    {
        ((string)value["messaging_product"]!).ShouldBe("whatsapp");
        Digits().IsMatch((string)value["metadata"]!["display_phone_number"]!).ShouldBeTrue();
        var call = value["calls"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)call["id"]!).ShouldStartWith("wacid.");
        ((string)call["direction"]!).ShouldBeOneOf("USER_INITIATED", "BUSINESS_INITIATED");
        long.TryParse((string)call["timestamp"]!, NumberStyles.None, CultureInfo.InvariantCulture, out _).ShouldBeTrue();
        if ((string)call["event"]! == "connect")
        {
            ((string)call["session"]!["sdp_type"]!).ShouldBeOneOf("offer", "answer");
            ((string)call["session"]!["sdp"]!).ShouldStartWith("v=0\r\n");
        }
        else
        {
            ((string)call["event"]!).ShouldBe("terminate");
        }
    }

    private static void PlatformShouldHold(JsonObject body, string name)
    {
        FieldsShouldBe(body, ["id", "type", "api_version", "created_at", "liveMode", "data"], [], name);
        ((string)body["id"]!).ShouldStartWith("evt_");
        body["created_at"]!.GetValueKind().ShouldBe(JsonValueKind.Number);
        body["liveMode"]!.GetValueKind().ShouldBe(JsonValueKind.True);
        var detail = body["data"]!["object"]!.AsObject();
        if (name == "message.report")
        {
            FieldsShouldBe(detail, ["recipient", "status", "reported_at", "timestamp"], [], name);
            ((string)detail["recipient"]!["customer_id"]!).ShouldStartWith("wamid.");
            ((string)detail["status"]!).ShouldBeOneOf("SENT", "DELIVERED", "READ", "FAILED");
        }
    }

    private static void FieldsShouldBe(JsonObject data, string[] always, string[] conditional, string name)
    {
        var fields = data.Select(field => field.Key).ToArray();
        always.Except(fields).ShouldBeEmpty(name);
        fields.Except(always).Except(conditional).ShouldBeEmpty(name);
        data.Where(field => conditional.Contains(field.Key)).ShouldAllBe(field => field.Value != null, name);
    }

    private static void TimeShouldHold(JsonNode? node, string name)
        => DateTimeOffset.TryParseExact((string?)node, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _).ShouldBeTrue(name);

    [GeneratedRegex(@"^\+55119[0-9]{8}\z")]
    private static partial Regex Phone();

    [GeneratedRegex(@"^55119[0-9]{8}\z")]
    private static partial Regex Digits();
}
