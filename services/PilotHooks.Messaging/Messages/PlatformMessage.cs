using System.Text.Json;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Messaging.Messages;

/// <summary>
/// Reads <c>message.report</c> and <c>message.incoming</c> of the WhatsApp API Platform. Its document shows the report;
/// of the incoming message it says only that <c>data.object</c> carries it, so its parts are taken from wherever their
/// usual names appear, Meta's included.
/// </summary>
internal static class PlatformMessage
{
    private static readonly string[] MediaTypes = ["image", "video", "audio", "voice", "document", "sticker"];

    /// <summary>
    /// A delivery status, which carries the WhatsApp message id alone; null where its status is not known. The id is
    /// in <c>recipient.customer_id</c>, in spite of that name.
    /// </summary>
    public static MessageChange? ReadReport(IWebhookEvent message)
    {
        using var document = ProviderJson.Parse(message.Payload);
        var report = document.RootElement.Object("data").Object("object");
        var recipient = report.Object("recipient");
        var at = report.Time("timestamp", "reported_at") ?? EventTime.Of(message.OccurredAt);
        var messageId = recipient.Text("customer_id") ?? First(report, "message_id", "messageId", "wamid", "id");
        if (messageId is null)
        {
            return null;
        }

        var described = new MessageChange
        {
            NumberId = MessageKey.Bounded(message.NumberId) ?? "",
            Direction = Direction.Outbound,
            Kind = Kind.Direct,
            MessageId = MessageKey.Bounded(messageId),
            To = MessageKey.Bounded(PhoneNumber.Normalise(recipient.Text("phone_number"))),
            CreatedAt = at,
            UpdatedAt = at,
        };
        return report.Text("status")?.ToUpperInvariant() switch
        {
            "SENT" => described with { SentAt = at },
            "DELIVERED" => described with { DeliveredAt = at },
            "READ" => described with { ReadAt = at },
            "FAILED" => described with { FailedAt = at, Error = Error(report), ErrorCode = ErrorCode(report) },
            _ => null,
        };
    }

    /// <summary>An inbound direct message. One without any id of its own is named by its envelope's.</summary>
    public static MessageChange ReadIncoming(IWebhookEvent message)
    {
        using var document = ProviderJson.Parse(message.Payload);
        var fields = document.RootElement.Object("data").Object("object");
        JsonElement[] places = [fields, fields.Object("message")];
        var (id, messageId) = Ids(places);
        var from = Party(places, "from", "sender", "customer", "contact") ?? First(places, "phone_number", "phoneNumber", "phone", "wa_id");
        var (mediaType, media) = Media(places);
        var text = First(places, "text", "body", "content") ?? First([.. places.Select(place => place.Object("text"))], "body", "text") ?? fields.Text("message");
        var caption = First([media, .. places], "caption", "mediaCaption", "media_caption");
        var quoted = First([.. places.Select(place => place.Object("context"))], "id", "message_id", "messageId") ?? First(places, "quotedMessageId", "quoted_message_id");
        var at = Time(places) ?? EventTime.Of(message.OccurredAt);
        return new MessageChange
        {
            NumberId = MessageKey.Bounded(message.NumberId) ?? "",
            Direction = Direction.Inbound,
            Kind = Kind.Direct,
            Id = MessageKey.Bounded(id ?? (messageId is null ? document.RootElement.Text("id") ?? message.EventId.ToString() : null)),
            MessageId = MessageKey.Bounded(messageId),
            From = MessageKey.Bounded(PhoneNumber.Normalise(from)),
            To = MessageKey.Bounded(PhoneNumber.Normalise(Party(places, "to", "recipient", "business"))),
            Type = First(places, "type", "messageType", "message_type") ?? mediaType ?? (text is null ? null : "text"),
            Content = text ?? caption,
            MediaLink = First([media], "link", "url", "href") ?? First(places, "mediaLink", "mediaUrl", "media_link", "media_url"),
            MediaType = First([media], "type") ?? First(places, "mediaType", "media_type") ?? mediaType ?? First([media], "mime_type", "mimeType"),
            MediaCaption = caption,
            MediaFilename = First([media, .. places], "filename", "fileName", "file_name", "mediaFilename", "media_filename"),
            ParticipantName = Name(places),
            IsReply = quoted is not null,
            QuotedMessageId = MessageKey.Bounded(quoted),
            CreatedAt = at,
            UpdatedAt = at,
            ReceivedAt = at,
        };
    }

    /// <summary>The WhatsApp message id by its own names, or by its form under <c>id</c>.</summary>
    private static (string? Id, string? MessageId) Ids(JsonElement[] places)
    {
        var id = First(places, "id");
        var messageId = First(places, "messageId", "message_id", "wamid")
            ?? First([.. places.Select(place => place.Object("sender")), .. places.Select(place => place.Object("customer"))], "message_id", "customer_id") switch
            {
                { } named when IsWhatsAppId(named) => named,
                _ => null,
            };
        return messageId is null && id is not null && IsWhatsAppId(id) ? (null, id) : (id == messageId ? null : id, messageId);
    }

    private static bool IsWhatsAppId(string id) => id.StartsWith("wamid.", StringComparison.Ordinal);

    /// <summary>A party named by its address, or by an object that holds it.</summary>
    private static string? Party(JsonElement[] places, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (First(places, name) is { } address)
            {
                return address;
            }

            if (First([.. Objects(places, name)], "phone_number", "phoneNumber", "phone", "number", "wa_id", "id") is { } inner)
            {
                return inner;
            }
        }

        return null;
    }

    private static string? Name(JsonElement[] places)
    {
        JsonElement[] people = [.. places, .. Objects(places, "sender"), .. Objects(places, "from"), .. Objects(places, "customer"), .. Objects(places, "contact")];
        return First(people, "participantName", "participant_name", "senderName", "sender_name", "profileName", "profile_name", "pushName", "push_name", "name")
            ?? First([.. Objects(people, "profile")], "name");
    }

    private static (string? Type, JsonElement Fields) Media(JsonElement[] places)
    {
        foreach (var type in MediaTypes)
        {
            foreach (var media in Objects(places, type))
            {
                if (media.ValueKind == JsonValueKind.Object)
                {
                    return (type, media);
                }
            }
        }

        return (null, Objects(places, "media").FirstOrDefault(media => media.ValueKind == JsonValueKind.Object));
    }

    private static IEnumerable<JsonElement> Objects(JsonElement[] places, string name) => places.Select(place => place.Object(name));

    private static DateTime? Time(JsonElement[] places)
    {
        foreach (var place in places)
        {
            if (place.Time("timestamp", "createdAt", "created_at", "receivedAt", "received_at") is { } at)
            {
                return at;
            }
        }

        return null;
    }

    private static string? Error(JsonElement report)
        => First([report, report.Object("error"), .. report.Items("errors")], "error", "message", "error_message", "errorMessage", "title", "reason");

    private static string? ErrorCode(JsonElement report)
        => First([report, report.Object("error"), .. report.Items("errors")], "error_code", "errorCode", "code");

    private static string? First(JsonElement place, params ReadOnlySpan<string> names) => First([place], names);

    private static string? First(JsonElement[] places, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            foreach (var place in places)
            {
                if (place.Text(name) is { } text)
                {
                    return text;
                }
            }
        }

        return null;
    }
}
