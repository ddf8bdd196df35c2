namespace PilotHooks.Messaging.Messages;

/// <summary>A row of the view <c>message_reads</c>.</summary>
internal sealed record MessageRow
{
    public Guid Key { get; init; }
    public string NumberId { get; init; } = "";
    public string Direction { get; init; } = "";
    public string Kind { get; init; } = "";
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
    public bool IsReply { get; init; }
    public string? QuotedMessageId { get; init; }
    public string? ContentReplied { get; init; }
    public string? Error { get; init; }
    public string? ErrorCode { get; init; }
    public string Status { get; init; } = "";
    public DateTimeOffset? QueuedAt { get; init; }
    public DateTimeOffset? SentAt { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }
    public DateTimeOffset? ReadAt { get; init; }
    public DateTimeOffset? FailedAt { get; init; }
    public DateTimeOffset? ReceivedAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public string? OriginalMatchedBy { get; init; }
    public string? OriginalId { get; init; }
    public string? OriginalMessageId { get; init; }
    public string? OriginalCorrelationId { get; init; }
    public string? OriginalContent { get; init; }
    public DateTimeOffset? OriginalRevokedAt { get; init; }
    public DateTimeOffset? EditedAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }
    public DateTimeOffset? StuckSince { get; init; }

    public MessageView ToView(IReadOnlyList<ReplyView>? replies = null) => new()
    {
        Id = Id,
        MessageId = MessageId,
        CorrelationId = CorrelationId,
        NumberId = NumberId.Length > 0 ? NumberId : null,
        Direction = Direction,
        Kind = Kind,
        From = From,
        To = To,
        Type = Type,
        Content = Content,
        Media = (MediaLink ?? MediaType ?? MediaCaption ?? MediaFilename) is null ? null : new MediaView(MediaLink, MediaType, MediaCaption, MediaFilename),
        ParticipantName = ParticipantName,
        Group = (GroupId ?? GroupName) is null ? null : new NamedView(GroupId, GroupName),
        Newsletter = (NewsletterId ?? NewsletterName) is null ? null : new NamedView(NewsletterId, NewsletterName),
        Status = Status,
        QueuedAt = QueuedAt,
        SentAt = SentAt,
        DeliveredAt = DeliveredAt,
        ReadAt = ReadAt,
        FailedAt = FailedAt,
        ReceivedAt = ReceivedAt,
        EditedAt = EditedAt,
        RevokedAt = RevokedAt,
        StuckSince = StuckSince,
        Error = Error,
        ErrorCode = ErrorCode,
        InReplyTo = Original(),
        Replies = replies,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
    };

    private OriginalView? Original() => (IsReply, OriginalMatchedBy) switch
    {
        (false, _) => null,
        (true, null) => new OriginalView(null, QuotedMessageId, CorrelationId, ContentReplied, null),
        // What was taken back is not told by whoever quoted it.
        (true, { } matchedBy) => new OriginalView(
            OriginalId, OriginalMessageId, OriginalCorrelationId,
            OriginalContent ?? (OriginalRevokedAt is null ? ContentReplied : null), matchedBy),
    };
}
