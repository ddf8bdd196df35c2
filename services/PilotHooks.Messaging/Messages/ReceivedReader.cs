using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Messaging.Messages;

/// <summary>
/// Reads messages that came in: <c>message.received</c>, <c>.reply</c>, <c>.group</c> and <c>.newsletter</c> of Pilot
/// Status, and <c>message.incoming</c> of the platform, whose document says only that <c>data.object</c> carries it. Those
/// that the number itself sent, from the phone, are messages of ours; an edit or a revoke is about another message.
/// </summary>
internal static class ReceivedReader
{
    private const string Incoming = "message.incoming";
    private static readonly string[] Known = ["message.received", "message.reply", "message.group", "message.newsletter", Incoming];

    public static MessageReading Read(MessageReceived received)
    {
        if (!Known.Contains(received.Event))
        {
            return MessageReading.Nothing;
        }

        using var document = ProviderJson.Parse(received.Payload);
        var data = document.RootElement.Object("data");
        var isIncoming = received.Event == Incoming;
        var part = isIncoming && data.Object("object") is { ValueKind: System.Text.Json.JsonValueKind.Object } inner ? inner : data;
        MessageFacts[] facts = [.. MessageFacts.ReadAll(part)];
        if (facts.Length == 0)
        {
            facts = [new MessageFacts()];
        }

        // What has no id of its own is named by its event.
        var name = (isIncoming ? document.RootElement.Text("id") : null) ?? received.EventId.ToString();
        var numberId = MessageKey.Bounded(received.NumberId ?? (isIncoming ? null : data.Text("numberId"))) ?? "";
        var revisions = new List<MessageRevision>();
        var changes = new List<MessageChange>(facts.Length);
        for (var i = 0; i < facts.Length; i++)
        {
            // Pilot Status tells its own id and WhatsApp's apart by name, whatever they look like.
            var one = isIncoming || facts.Length > 1
                ? facts[i]
                : facts[i] with { Id = data.Text("id"), MessageId = data.Text("messageId") };
            var at = isIncoming || data.Time(received.ReceivedAt, "createdAt") is not { } createdAt
                ? EventTime.Of(received, one.Times)
                : EventTime.Of(createdAt);
            if (MessageRevision.Of(numberId, one, at) is { } revision)
            {
                revisions.Add(revision);
            }
            else
            {
                changes.Add(ReadChange(received.Event, numberId, i == 0 ? name : $"{name}/{i}", one, at));
            }
        }

        return new MessageReading(changes, revisions);
    }

    private static MessageChange ReadChange(string eventName, string numberId, string name, MessageFacts facts, DateTime at)
    {
        var fromMe = facts.FromMe == true;
        var groupId = MessageKey.Bounded(facts.GroupId);
        var newsletterId = MessageKey.Bounded(facts.NewsletterId);
        return new MessageChange
        {
            NumberId = numberId,
            Direction = fromMe ? Direction.Outbound : Direction.Inbound,
            Kind = Kind.Of(eventName, groupId, newsletterId),
            Id = MessageKey.Bounded(facts.Id ?? (facts.MessageId is null ? name : null)),
            MessageId = MessageKey.Bounded(facts.MessageId),
            CorrelationId = MessageKey.Bounded(facts.CorrelationId),
            From = MessageKey.Bounded(PhoneNumber.Normalise(facts.From)),
            To = MessageKey.Bounded(PhoneNumber.Normalise(facts.To)),
            Type = facts.Type,
            Content = facts.Content,
            MediaLink = facts.MediaLink,
            MediaType = facts.MediaType,
            MediaCaption = facts.MediaCaption,
            MediaFilename = facts.MediaFilename,
            ParticipantName = facts.ParticipantName,
            GroupId = groupId,
            GroupName = facts.GroupName,
            NewsletterId = newsletterId,
            NewsletterName = facts.NewsletterName,
            // A correlationId on an inbound message says that it answers that send, quoted or not; on one of ours it is its own.
            IsReply = eventName == "message.reply" || facts.QuotedMessageId is not null || (!fromMe && facts.CorrelationId is not null),
            QuotedMessageId = MessageKey.Bounded(facts.QuotedMessageId),
            ContentReplied = facts.ContentReplied,
            SentAt = fromMe ? at : null,
            ReceivedAt = fromMe ? null : at,
            CreatedAt = at,
            UpdatedAt = at,
        };
    }
}
