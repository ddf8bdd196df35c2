namespace PilotHooks.Messaging.Messages;

/// <summary>The two directions of a message, as the API and the columns spell them.</summary>
internal static class Direction
{
    public const string Inbound = "inbound";
    public const string Outbound = "outbound";
}

/// <summary>The three kinds of a message. <see cref="MessageChange.Merge"/> relies on their alphabetical order.</summary>
internal static class Kind
{
    public const string Direct = "direct";
    public const string Group = "group";
    public const string Newsletter = "newsletter";

    /// <summary>The kind of an event's message: what it is called says it, or whose id it holds.</summary>
    public static string Of(string eventName, string? groupId, string? newsletterId)
        => eventName == "message.newsletter" || newsletterId is not null ? Newsletter
            : eventName == "message.group" || groupId is not null ? Group
            : Direct;
}

/// <summary>
/// What one event says of its message, or several events merged. Times are UTC, to the microsecond, as the database
/// keeps them. <c>NumberId</c> is empty where none is known.
/// </summary>
internal sealed record MessageChange
{
    public required string NumberId { get; init; }
    public required string Direction { get; init; }
    public required string Kind { get; init; }
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
    public DateTime? QueuedAt { get; init; }
    public DateTime? SentAt { get; init; }
    public DateTime? DeliveredAt { get; init; }
    public DateTime? ReadAt { get; init; }
    public DateTime? FailedAt { get; init; }
    public DateTime? ReceivedAt { get; init; }

    /// <summary>The earliest time of an event.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>The latest time of an event.</summary>
    public required DateTime UpdatedAt { get; init; }

    /// <summary>The row that this belongs to.</summary>
    public Guid Key => MessageKey.Of(NumberId, Direction, Id, MessageId);

    /// <summary>The same without what was said in it: ids, people and times stay. The statement of the retention leaves the same.</summary>
    public MessageChange WithoutContent() => this with { Content = null, ContentReplied = null, MediaLink = null, MediaType = null, MediaCaption = null, MediaFilename = null };

    /// <summary>
    /// Two changes of the same message as one. Commutative, associative and idempotent, and so is the statement in
    /// <see cref="Data.MessageMerge"/>, which has the same rules in SQL: of each step the earliest time, of each
    /// description the known one, the error of the earliest failure. Where events contradict each other, which no provider's
    /// should, the lesser text stays: any rule will do that does not ask who came first.
    /// </summary>
    public static MessageChange Merge(MessageChange a, MessageChange b) => a with
    {
        Kind = Greatest(a.Kind, b.Kind),
        MessageId = Least(a.MessageId, b.MessageId),
        CorrelationId = Least(a.CorrelationId, b.CorrelationId),
        From = Least(a.From, b.From),
        To = Least(a.To, b.To),
        Type = Least(a.Type, b.Type),
        Content = Least(a.Content, b.Content),
        MediaLink = Least(a.MediaLink, b.MediaLink),
        MediaType = Least(a.MediaType, b.MediaType),
        MediaCaption = Least(a.MediaCaption, b.MediaCaption),
        MediaFilename = Least(a.MediaFilename, b.MediaFilename),
        ParticipantName = Least(a.ParticipantName, b.ParticipantName),
        GroupId = Least(a.GroupId, b.GroupId),
        GroupName = Least(a.GroupName, b.GroupName),
        NewsletterId = Least(a.NewsletterId, b.NewsletterId),
        NewsletterName = Least(a.NewsletterName, b.NewsletterName),
        IsReply = a.IsReply || b.IsReply,
        QuotedMessageId = Least(a.QuotedMessageId, b.QuotedMessageId),
        ContentReplied = Least(a.ContentReplied, b.ContentReplied),
        Error = OfEarliestFailure(a, b, change => change.Error),
        ErrorCode = OfEarliestFailure(a, b, change => change.ErrorCode),
        QueuedAt = Earliest(a.QueuedAt, b.QueuedAt),
        SentAt = Earliest(a.SentAt, b.SentAt),
        DeliveredAt = Earliest(a.DeliveredAt, b.DeliveredAt),
        ReadAt = Earliest(a.ReadAt, b.ReadAt),
        FailedAt = Earliest(a.FailedAt, b.FailedAt),
        ReceivedAt = Earliest(a.ReceivedAt, b.ReceivedAt),
        CreatedAt = a.CreatedAt < b.CreatedAt ? a.CreatedAt : b.CreatedAt,
        UpdatedAt = a.UpdatedAt > b.UpdatedAt ? a.UpdatedAt : b.UpdatedAt,
    };

    /// <summary>One change per message, in the order of their keys: replicas that lock in one order do not deadlock.</summary>
    public static SortedDictionary<Guid, MessageChange> MergeAll(IEnumerable<MessageChange> changes)
    {
        var merged = new SortedDictionary<Guid, MessageChange>();
        foreach (var change in changes)
        {
            var key = change.Key;
            merged[key] = merged.TryGetValue(key, out var other) ? Merge(other, change) : change;
        }

        return merged;
    }

    private static string? OfEarliestFailure(MessageChange a, MessageChange b, Func<MessageChange, string?> field)
        => (a.FailedAt, b.FailedAt) switch
        {
            (null, _) => field(b),
            (_, null) => field(a),
            var (x, y) when x == y => Least(field(a), field(b)),
            var (x, y) => field(x < y ? a : b),
        };

    public static DateTime? Earliest(DateTime? a, DateTime? b) => a is null || b < a ? b : a;

    private static string Greatest(string a, string b) => CompareBytes(a, b) >= 0 ? a : b;

    public static string? Least(string? a, string? b)
        => a is null ? b : b is null || CompareBytes(a, b) <= 0 ? a : b;

    /// <summary>Compares as the database does: by UTF-8 bytes, in which surrogate pairs come after all else.</summary>
    private static int CompareBytes(string a, string b)
    {
        var i = a.AsSpan().CommonPrefixLength(b);
        return i == a.Length || i == b.Length ? a.Length.CompareTo(b.Length) : Rank(a[i]).CompareTo(Rank(b[i]));

        static int Rank(char letter) => char.IsSurrogate(letter) ? letter + 0x10000 : letter;
    }
}
