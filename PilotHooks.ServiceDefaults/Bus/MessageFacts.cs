using System.Text.Json;
using PilotHooks.Contracts;
using static PilotHooks.ServiceDefaults.Bus.MessagePlaces;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>What a provider's body says of one message, found by <see cref="MessageFields"/>. Texts are as the provider wrote them.</summary>
public sealed record MessageFacts
{
    public string? Id { get; init; }
    public string? MessageId { get; init; }
    public string? CorrelationId { get; init; }
    public string? From { get; init; }
    public string? To { get; init; }
    public string? Type { get; init; }
    public string? Content { get; init; }
    public string? MediaLink { get; init; }
    public string? MediaType { get; init; }
    public string? MediaCaption { get; init; }
    public string? MediaFilename { get; init; }
    public string? ParticipantName { get; init; }
    public string? GroupId { get; init; }
    public string? GroupName { get; init; }
    public string? NewsletterId { get; init; }
    public string? NewsletterName { get; init; }
    public string? QuotedMessageId { get; init; }
    public string? ContentReplied { get; init; }

    /// <summary>Null where it is not said.</summary>
    public bool? FromMe { get; init; }

    /// <summary>The texts that may be its time, in the order in which they count.</summary>
    public IReadOnlyList<string> Times { get; init; } = [];

    /// <summary>The message that this is an edit of; what it says is then that message's new content.</summary>
    public string? EditedMessageId { get; init; }

    /// <summary>The message that this takes back.</summary>
    public string? RevokedMessageId { get; init; }

    /// <summary>The facts of a body's part that tells of a message: one for each message in it, several only in Meta's envelope.</summary>
    public static IEnumerable<MessageFacts> ReadAll(JsonElement part) => MetaEnvelope.Messages(part).Select(Read);

    /// <summary>The same of the first message; of nothing, no facts.</summary>
    public static MessageFacts ReadFirst(JsonElement part) => ReadAll(part).FirstOrDefault() ?? new MessageFacts();

    private static MessageFacts Read(MetaEnvelope.Message message)
    {
        JsonElement[] places = [message.Fields, message.Fields.Object("message")];
        var (id, messageId) = IdsOf(places);
        var type = First(places, MessageFields.Type) ?? TypeOf(places);
        var edited = First(places, MessageFields.EditedMessageId) ?? (type == "edit" ? First(places, MessageFields.QuotedMessageId) : null);
        var revoked = First(places, MessageFields.RevokedMessageId) ?? (type == "revoke" ? First(places, MessageFields.QuotedMessageId) : null);
        var said = edited is null ? places : EditedOf(places);
        var (mediaType, media) = MediaOf(said);
        var caption = First([media, .. said], MessageFields.MediaCaption);
        var text = First(said, MessageFields.Text) ?? caption ?? Location(said) ?? Contacts(said);
        return new MessageFacts
        {
            Id = id,
            MessageId = messageId,
            CorrelationId = First(places, MessageFields.CorrelationId),
            From = First(places, MessageFields.From) ?? First([message.Sender], MessageFields.From),
            To = First(places, MessageFields.To) ?? message.Business,
            Type = type ?? mediaType ?? (text is null ? null : "text"),
            Content = text,
            MediaLink = First([media], MessageFields.MediaObjectLink) ?? First(said, MessageFields.MediaLink),
            MediaType = media.Text("type") ?? First(said, MessageFields.MediaType) ?? mediaType ?? First([media], MessageFields.MediaObjectMime),
            MediaCaption = caption,
            MediaFilename = First([media, .. said], MessageFields.MediaFilename),
            ParticipantName = First([.. places, message.Sender], MessageFields.ParticipantName),
            GroupId = First(places, MessageFields.GroupId),
            GroupName = First(places, MessageFields.GroupName),
            NewsletterId = First(places, MessageFields.NewsletterId),
            NewsletterName = First(places, MessageFields.NewsletterName),
            QuotedMessageId = First(places, MessageFields.QuotedMessageId),
            ContentReplied = First(places, MessageFields.ContentReplied),
            FromMe = message.IsEcho ? true : Flag(places, MessageFields.FromMe),
            Times = All(places, MessageFields.Time),
            EditedMessageId = edited,
            RevokedMessageId = revoked,
        };
    }

    /// <summary>What an edit says stands in the message that it holds.</summary>
    private static JsonElement[] EditedOf(JsonElement[] places)
    {
        JsonElement[] edited = [.. MessageFields.EditedMessage.SelectMany(path => places.Select(place => place.At(path))).Where(IsObject)];
        return edited.Length > 0 ? edited : places;
    }

    /// <summary>The WhatsApp message id by its own names, or by its form under <c>id</c>.</summary>
    private static (string? Id, string? MessageId) IdsOf(JsonElement[] places)
    {
        var id = First(places, MessageFields.Id);
        var messageId = First(places, MessageFields.MessageId)
            ?? All(places, MessageFields.MessageIdOfParty).FirstOrDefault(IsWhatsAppId);
        return messageId is null && id is not null && IsWhatsAppId(id) ? (null, id) : (id == messageId ? null : id, messageId);
    }

    private static bool IsWhatsAppId(string id) => id.StartsWith("wamid.", StringComparison.Ordinal);

    private static string? TypeOf(JsonElement[] places)
        => MessageFields.TypedObjects.FirstOrDefault(name => places.Any(place => IsObject(place.Object(name))))
            ?? (places.Any(place => place.Items("contacts").Any()) ? "contacts" : null);

    private static (string? Type, JsonElement Fields) MediaOf(JsonElement[] places)
    {
        foreach (var type in MessageFields.MediaObjects)
        {
            if (places.Select(place => place.Object(type)).FirstOrDefault(IsObject) is { ValueKind: JsonValueKind.Object } media)
            {
                return (type, media);
            }
        }

        return (null, places.Select(place => place.Object("media")).FirstOrDefault(IsObject));
    }

    /// <summary>Name and address of a place, or where it lies.</summary>
    private static string? Location(JsonElement[] places)
        => Joined(All(places, MessageFields.LocationText))
            ?? (First(places, ["location.latitude"]) is { } latitude && First(places, ["location.longitude"]) is { } longitude ? $"{latitude}, {longitude}" : null);

    private static string? Contacts(JsonElement[] places)
        => Joined([.. places.SelectMany(place => place.Items("contacts")).Select(contact => First([contact], MessageFields.ContactName)).OfType<string>()]);

    private static string? Joined(IReadOnlyList<string> texts) => texts.Count == 0 ? null : string.Join(", ", texts);
}
