using System.Text.Json;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Messaging.Messages;

/// <summary>Reads <c>message.*</c> of Pilot Status, schema v3: its event reference, "message.* payload".</summary>
internal static class PilotStatusMessage
{
    /// <summary>What the event says, or null where it says nothing of a message: its name is none of ours.</summary>
    public static MessageChange? Read(IWebhookEvent message)
    {
        using var document = ProviderJson.Parse(message.Payload);
        var data = document.RootElement.Object("data");
        var at = data.Time("createdAt") ?? EventTime.Of(message.OccurredAt);
        var described = Describe(message, data, at);
        return message.Event switch
        {
            "message.sent" => described with { SentAt = at },
            "message.delivered" => described with { DeliveredAt = at },
            "message.read" => described with { ReadAt = at },
            "message.failed" => described with { FailedAt = at, Error = data.Text("error"), ErrorCode = data.Text("errorCode") },
            "message.received" or "message.reply" or "message.group" or "message.newsletter" => described with { ReceivedAt = at },
            _ => null,
        };
    }

    private static MessageChange Describe(IWebhookEvent message, JsonElement data, DateTime at)
    {
        var inbound = message is MessageReceived;
        var groupId = MessageKey.Bounded(data.Text("groupId"));
        var newsletterId = MessageKey.Bounded(data.Text("newsletterId"));
        var quotedMessageId = MessageKey.Bounded(data.Text("quotedMessageId"));
        var correlationId = MessageKey.Bounded(data.Text("correlationId"));
        var messageId = MessageKey.Bounded(data.Text("messageId"));
        var id = MessageKey.Bounded(data.Text("id") ?? (messageId is null ? message.EventId.ToString() : null));
        return new MessageChange
        {
            NumberId = MessageKey.Bounded(message.NumberId ?? data.Text("numberId")) ?? "",
            Direction = inbound ? Direction.Inbound : Direction.Outbound,
            Kind = KindOf(message.Event, groupId, newsletterId),
            Id = id,
            MessageId = messageId,
            CorrelationId = correlationId,
            From = MessageKey.Bounded(PhoneNumber.Normalise(data.Text("from"))),
            To = MessageKey.Bounded(PhoneNumber.Normalise(data.Text("to"))),
            Type = data.Text("type"),
            Content = data.Text("content"),
            MediaLink = data.Text("mediaLink"),
            MediaType = data.Text("mediaType"),
            MediaCaption = data.Text("mediaCaption"),
            MediaFilename = data.Text("mediaFilename"),
            ParticipantName = data.Text("participantName"),
            GroupId = groupId,
            GroupName = data.Text("groupName"),
            NewsletterId = newsletterId,
            NewsletterName = data.Text("newsletterName"),
            // A correlationId on an inbound message says that it answers that send, quoted or not.
            IsReply = inbound && (message.Event == "message.reply" || (quotedMessageId ?? correlationId) is not null),
            QuotedMessageId = quotedMessageId,
            ContentReplied = data.Text("contentReplied"),
            CreatedAt = at,
            UpdatedAt = at,
        };
    }

    private static string KindOf(string name, string? groupId, string? newsletterId)
        => name == "message.newsletter" || newsletterId is not null ? Kind.Newsletter
            : name == "message.group" || groupId is not null ? Kind.Group
            : Kind.Direct;
}
