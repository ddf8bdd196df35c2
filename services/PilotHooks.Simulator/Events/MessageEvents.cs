using System.Text.Json.Nodes;
using PilotHooks.Simulator.Business;

namespace PilotHooks.Simulator.Events;

/// <summary>A message that one of our numbers sends, and the ids by which its events are matched.</summary>
internal sealed record SentMessage(BusinessNumber Number, string To, string Id, string CorrelationId, string MessageId, string Type, string Content);

/// <summary>Bodies of <c>message.*</c> by the provider's event reference, schema v3.</summary>
internal static class MessageEvents
{
    public static SimulatedEvent Sent(SentMessage message, DateTimeOffset at)
    {
        var data = Outbound(message, message.MessageId, at);
        data["correlationId"] = message.CorrelationId;
        return Of("message.sent", message.Number, data);
    }

    public static SimulatedEvent Delivered(SentMessage message, DateTimeOffset at) => Of("message.delivered", message.Number, Outbound(message, message.MessageId, at));

    public static SimulatedEvent Read(SentMessage message, DateTimeOffset at) => Of("message.read", message.Number, Outbound(message, message.MessageId, at));

    /// <summary>Before WhatsApp gave it an id.</summary>
    public static SimulatedEvent Failed(SentMessage message, string error, string errorCode, DateTimeOffset at)
    {
        var data = Outbound(message, messageId: null, at);
        data["error"] = error;
        data["errorCode"] = errorCode;
        return Of("message.failed", message.Number, data);
    }

    public static SimulatedEvent Received(BusinessNumber number, Contact from, string id, string messageId, string content, DateTimeOffset at)
        => Of("message.received", number, Inbound(number, from, id, messageId, "text", content, at));

    public static SimulatedEvent ReceivedMedia(BusinessNumber number, Contact from, string id, string messageId, Media media, DateTimeOffset at)
    {
        var data = Inbound(number, from, id, messageId, media.Type, media.Caption, at);
        data["mediaLink"] = media.Link;
        data["mediaType"] = media.Type;
        if (media.Caption is not null)
        {
            data["mediaCaption"] = media.Caption;
        }

        data["mediaFilename"] = media.Filename;
        return Of("message.received", number, data);
    }

    public static SimulatedEvent Reply(SentMessage original, Contact from, string id, string messageId, string content, DateTimeOffset at)
    {
        var data = Inbound(original.Number, from, id, messageId, "text", content, at);
        data["contentReplied"] = original.Content;
        data["quotedMessageId"] = original.MessageId;
        data["correlationId"] = original.CorrelationId;
        return Of("message.reply", original.Number, data);
    }

    public static SimulatedEvent Group(BusinessNumber number, Contact from, string id, string messageId, string content, Room group, DateTimeOffset at)
    {
        var data = Inbound(number, from, id, messageId, "text", content, at);
        data["groupId"] = group.Id;
        data["groupName"] = group.Name;
        return Of("message.group", number, data);
    }

    public static SimulatedEvent Newsletter(BusinessNumber number, Contact from, string id, string messageId, string content, Room channel, DateTimeOffset at)
    {
        var data = Inbound(number, from, id, messageId, "text", content, at);
        data["newsletterId"] = channel.Id;
        data["newsletterName"] = channel.Name;
        return Of("message.newsletter", number, data);
    }

    private static JsonObject Outbound(SentMessage message, string? messageId, DateTimeOffset at) => new()
    {
        ["to"] = message.To,
        ["from"] = message.Number.Phone,
        ["numberId"] = message.Number.Id,
        ["messageId"] = messageId,
        ["id"] = message.Id,
        ["type"] = message.Type,
        ["fromMe"] = true,
        ["content"] = message.Content,
        ["createdAt"] = SimulatedEvent.Time(at),
    };

    private static JsonObject Inbound(BusinessNumber number, Contact from, string id, string messageId, string type, string? content, DateTimeOffset at)
    {
        var data = new JsonObject
        {
            ["from"] = from.Phone,
            ["to"] = number.Phone,
            ["numberId"] = number.Id,
            ["messageId"] = messageId,
            ["id"] = id,
            ["type"] = type,
            ["fromMe"] = false,
        };
        if (content is not null)
        {
            data["content"] = content;
        }

        data["participantName"] = from.Name;
        data["createdAt"] = SimulatedEvent.Time(at);
        return data;
    }

    private static SimulatedEvent Of(string name, BusinessNumber number, JsonObject data)
        => SimulatedEvent.Of(name, Sender.PilotStatus, number.Id, new JsonObject { ["event"] = name, ["data"] = data });
}
