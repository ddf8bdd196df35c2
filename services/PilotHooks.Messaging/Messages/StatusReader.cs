using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Messaging.Messages;

/// <summary>
/// Reads how far messages of ours got: <c>message.sent</c>, <c>.delivered</c>, <c>.read</c> and <c>.failed</c> of Pilot
/// Status, whose fields are documented, and <c>message.report</c> of the platform.
/// </summary>
internal static class StatusReader
{
    private const string Report = "message.report";
    private const string Prefix = "message.";

    public static IEnumerable<MessageChange> Read(MessageStatusReported reported)
        => reported.Event == Report ? ReadReport(reported) : ReadStatus(reported) is { } change ? [change] : [];

    private static MessageChange? ReadStatus(MessageStatusReported reported)
    {
        using var document = ProviderJson.Parse(reported.Payload);
        var data = document.RootElement.Object("data");
        var at = EventTime.Of(data.Time(reported.ReceivedAt, "createdAt") ?? reported.OccurredAt);
        var messageId = MessageKey.Bounded(data.Text("messageId"));
        var groupId = MessageKey.Bounded(data.Text("groupId"));
        var newsletterId = MessageKey.Bounded(data.Text("newsletterId"));
        var change = new MessageChange
        {
            NumberId = MessageKey.Bounded(reported.NumberId ?? data.Text("numberId")) ?? "",
            Direction = Direction.Outbound,
            Kind = Kind.Of(reported.Event, groupId, newsletterId),
            Id = MessageKey.Bounded(data.Text("id") ?? (messageId is null ? reported.EventId.ToString() : null)),
            MessageId = messageId,
            CorrelationId = MessageKey.Bounded(data.Text("correlationId")),
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
            QuotedMessageId = MessageKey.Bounded(data.Text("quotedMessageId")),
            ContentReplied = data.Text("contentReplied"),
            CreatedAt = at,
            UpdatedAt = at,
        };
        return reported.Event.StartsWith(Prefix, StringComparison.Ordinal)
            ? At(change, reported.Event[Prefix.Length..], at, data.Text("error"), data.Text("errorCode"))
            : null;
    }

    /// <summary>A delivery status carries the WhatsApp message id alone. One whose name is not known says nothing.</summary>
    private static MessageChange[] ReadReport(MessageStatusReported reported)
    {
        using var document = ProviderJson.Parse(reported.Payload);
        return
        [
            .. StatusFacts.ReadAll(document.RootElement.Object("data").Object("object"))
                .Where(facts => facts.MessageId is not null)
                .Select(facts => Read(reported, facts))
                .OfType<MessageChange>(),
        ];
    }

    private static MessageChange? Read(MessageStatusReported reported, StatusFacts facts)
    {
        var at = EventTime.Of(reported, facts.Times);
        var change = new MessageChange
        {
            NumberId = MessageKey.Bounded(reported.NumberId) ?? "",
            Direction = Direction.Outbound,
            Kind = Kind.Direct,
            MessageId = MessageKey.Bounded(facts.MessageId),
            To = MessageKey.Bounded(PhoneNumber.Normalise(facts.To)),
            CreatedAt = at,
            UpdatedAt = at,
        };
        return At(change, facts.Status, at, facts.Error, facts.ErrorCode);
    }

    private static MessageChange? At(MessageChange change, string? status, DateTime at, string? error, string? errorCode) => status switch
    {
        "sent" => change with { SentAt = at },
        "delivered" => change with { DeliveredAt = at },
        "read" => change with { ReadAt = at },
        "failed" => change with { FailedAt = at, Error = error, ErrorCode = errorCode },
        _ => null,
    };
}
