namespace PilotHooks.Contracts;

/// <summary>
/// Where each fact of a message stands in a provider's body: Pilot Status, the WhatsApp API Platform, and Meta, whose shape
/// the platform may hand on. The first place that holds a text counts. A dot goes one level down, and into the first
/// element of an array. Who reads a message and who translates it read the same table.
/// </summary>
public static class MessageFields
{
    /// <summary>The objects that may hold a message's media. Their names are Meta's types.</summary>
    public static IReadOnlyList<string> MediaObjects { get; } = ["image", "video", "audio", "voice", "document", "sticker"];

    /// <summary>The objects of Meta's other types of message.</summary>
    public static IReadOnlyList<string> TypedObjects { get; } = ["interactive", "button", "reaction", "location", "order", "system", "edit", "revoke"];

    public static IReadOnlyList<string> Id { get; } = ["id"];

    /// <summary>The WhatsApp message id. It may also stand under <see cref="Id"/>, told by its form (<c>wamid.</c>).</summary>
    public static IReadOnlyList<string> MessageId { get; } = ["messageId", "message_id", "wamid"];

    /// <summary>Where the platform keeps a WhatsApp message id in spite of the name: only one of that form is one.</summary>
    public static IReadOnlyList<string> MessageIdOfParty { get; } = ["sender.message_id", "sender.customer_id", "customer.message_id", "customer.customer_id", "customer_id"];

    public static IReadOnlyList<string> CorrelationId { get; } = ["correlationId", "correlation_id"];

    /// <summary>A contact without a phone number is known by a user id.</summary>
    public static IReadOnlyList<string> From { get; } =
    [
        .. Party("from"), .. Party("sender"), .. Party("customer"), .. Party("contact"), "phone_number", "phoneNumber", "phone", "wa_id",
        "from_user_id", "fromUserId", "user_id", "userId", .. User("from"), .. User("sender"), .. User("customer"), .. User("contact"),
    ];

    public static IReadOnlyList<string> To { get; } =
    [
        .. Party("to"), .. Party("recipient"), .. Party("business"), "recipient_id", "to_user_id", "recipient_user_id", .. User("to"), .. User("recipient"),
    ];

    public static IReadOnlyList<string> Type { get; } = ["type", "messageType", "message_type"];

    /// <summary>What was said, but for captions, locations and contacts, which are made of more than one field.</summary>
    public static IReadOnlyList<string> Text { get; } =
    [
        "content", "text", "body", "text.body", "text.text", "interactive.button_reply.title", "interactive.list_reply.title",
        "interactive.nfm_reply.body", "button.text", "reaction.emoji", "order.text", "system.body", "message", "interactive.body.text", "button.payload",
    ];

    /// <summary>The parts of a location that are its text.</summary>
    public static IReadOnlyList<string> LocationText { get; } = ["location.name", "location.address"];

    /// <summary>The name of one of the contacts that a message shares, in an element of <c>contacts</c>.</summary>
    public static IReadOnlyList<string> ContactName { get; } = ["name.formatted_name", "name.first_name", "name", "org.company", "phones.phone"];

    public static IReadOnlyList<string> MediaLink { get; } = ["mediaLink", "mediaUrl", "media_link", "media_url"];

    public static IReadOnlyList<string> MediaType { get; } = ["mediaType", "media_type"];

    public static IReadOnlyList<string> MediaCaption { get; } = ["caption", "mediaCaption", "media_caption"];

    public static IReadOnlyList<string> MediaFilename { get; } = ["filename", "fileName", "file_name", "mediaFilename", "media_filename"];

    /// <summary>The link of a media object.</summary>
    public static IReadOnlyList<string> MediaObjectLink { get; } = ["link", "url", "href"];

    /// <summary>What kind of media an object holds that is not named after it.</summary>
    public static IReadOnlyList<string> MediaObjectMime { get; } = ["mime_type", "mimeType"];

    /// <summary>How the sender is called.</summary>
    public static IReadOnlyList<string> ParticipantName { get; } = [.. Name(""), .. Name("sender."), .. Name("from."), .. Name("customer."), .. Name("contact.")];

    public static IReadOnlyList<string> GroupId { get; } = ["groupId", "group_id", "group.id"];

    public static IReadOnlyList<string> GroupName { get; } = ["groupName", "group_name", "group.name", "group.subject"];

    public static IReadOnlyList<string> NewsletterId { get; } = ["newsletterId", "newsletter_id", "newsletter.id"];

    public static IReadOnlyList<string> NewsletterName { get; } = ["newsletterName", "newsletter_name", "newsletter.name"];

    /// <summary>The WhatsApp message id of the message that is answered or reacted to.</summary>
    public static IReadOnlyList<string> QuotedMessageId { get; } =
        ["quotedMessageId", "quoted_message_id", "context.id", "context.message_id", "context.messageId", "context.quoted_message_id", "reaction.message_id", "reaction.messageId"];

    public static IReadOnlyList<string> ContentReplied { get; } = ["contentReplied", "content_replied"];

    /// <summary>Whether the number itself sent it, from the phone for example.</summary>
    public static IReadOnlyList<string> FromMe { get; } = ["fromMe", "from_me"];

    /// <summary>When it happened.</summary>
    public static IReadOnlyList<string> Time { get; } = ["timestamp", "createdAt", "created_at", "receivedAt", "received_at"];

    /// <summary>The WhatsApp message id of the message that an edit changes.</summary>
    public static IReadOnlyList<string> EditedMessageId { get; } = ["edit.original_message_id", "edit.originalMessageId", "edit.message_id", "edit.messageId", "edit.id"];

    /// <summary>The message as an edit leaves it.</summary>
    public static IReadOnlyList<string> EditedMessage { get; } = ["edit.message", "edit"];

    /// <summary>The WhatsApp message id of the message that was taken back.</summary>
    public static IReadOnlyList<string> RevokedMessageId { get; } = ["revoke.original_message_id", "revoke.originalMessageId", "revoke.message_id", "revoke.messageId", "revoke.id"];

    /// <summary>The WhatsApp message id of a status, in spite of the platform's name for it.</summary>
    public static IReadOnlyList<string> StatusMessageId { get; } = ["recipient.customer_id", "message_id", "messageId", "wamid", "id"];

    public static IReadOnlyList<string> StatusRecipient { get; } = ["recipient.phone_number", "to", "recipient_id", "recipient.user_id", "recipient_user_id"];

    public static IReadOnlyList<string> Status { get; } = ["status"];

    public static IReadOnlyList<string> StatusTime { get; } = ["timestamp", "reported_at", "reportedAt", "createdAt", "created_at"];

    public static IReadOnlyList<string> Error { get; } = [.. Errors("error", "message", "error_message", "errorMessage", "title", "reason")];

    public static IReadOnlyList<string> ErrorCode { get; } = [.. Errors("error_code", "errorCode", "code")];

    /// <summary>A party named by its address, or by an object that holds it.</summary>
    private static IEnumerable<string> Party(string name)
        => [name, .. new[] { "phone_number", "phoneNumber", "phone", "number", "wa_id", "id" }.Select(inner => $"{name}.{inner}")];

    private static IEnumerable<string> User(string name) => [$"{name}.user_id", $"{name}.userId"];

    private static IEnumerable<string> Name(string place)
        => new[]
        {
            "participantName", "participant_name", "senderName", "sender_name", "profileName", "profile_name", "pushName", "push_name", "name",
            "profile.name", "profile.username",
        }.Select(name => place + name);

    private static IEnumerable<string> Errors(params string[] names)
        => names.SelectMany(name => new[] { name, $"error.{name}", $"errors.{name}" });
}
