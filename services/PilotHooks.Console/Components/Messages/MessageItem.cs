namespace PilotHooks.Console.Components.Messages;

/// <summary>A message as the API answers it.</summary>
public sealed record MessageItem
{
    public string? Id { get; init; }
    public string? MessageId { get; init; }
    public string? CorrelationId { get; init; }
    public string? NumberId { get; init; }
    public string Direction { get; init; } = "";
    public string Kind { get; init; } = "";
    public string? From { get; init; }
    public string? To { get; init; }
    public string? Type { get; init; }
    public string? Content { get; init; }
    public MediaItem? Media { get; init; }
    public string? ParticipantName { get; init; }
    public NamedItem? Group { get; init; }
    public NamedItem? Newsletter { get; init; }
    public string Status { get; init; } = "";
    public DateTimeOffset? QueuedAt { get; init; }
    public DateTimeOffset? SentAt { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }
    public DateTimeOffset? ReadAt { get; init; }
    public DateTimeOffset? FailedAt { get; init; }
    public DateTimeOffset? ReceivedAt { get; init; }
    public string? Error { get; init; }
    public string? ErrorCode { get; init; }
    public OriginalItem? InReplyTo { get; init; }
    public IReadOnlyList<ReplyItem>? Replies { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }

    public bool IsOutbound => Direction == "outbound";

    /// <summary>By which the API finds it.</summary>
    public string Key => Id ?? MessageId ?? CorrelationId ?? "";

    /// <summary>The other side of the conversation.</summary>
    public string Contact => Group?.Id ?? Newsletter?.Id ?? (IsOutbound ? To : From) ?? "";

    /// <summary>What the other side calls itself, as far as this message tells.</summary>
    public string? ContactName => Group?.Name ?? Newsletter?.Name ?? (Kind == "direct" && !IsOutbound ? ParticipantName : null);

    /// <summary>Its element's id: an id alone may stand on both sides of a conversation.</summary>
    public string Anchor => AnchorOf(IsOutbound, Key);

    public static string AnchorOf(bool isOutbound, string key) => $"{(isOutbound ? "out" : "in")}-{key}";
}

/// <summary>A message's media, as far as the provider tells.</summary>
public sealed record MediaItem(string? Link, string? Type, string? Caption, string? Filename);

/// <summary>A group or a channel.</summary>
public sealed record NamedItem(string? Id, string? Name);

/// <summary>What a reply answers; <see cref="MatchedBy"/> is null as long as that is not known.</summary>
public sealed record OriginalItem(string? Id, string? MessageId, string? CorrelationId, string? Content, string? MatchedBy)
{
    public string? Key => MatchedBy is null ? null : Id ?? MessageId ?? CorrelationId;
}

/// <summary>A reply to the message that it is shown with.</summary>
public sealed record ReplyItem(string? Id, string? MessageId, string? From, string? Content, DateTimeOffset CreatedAt);

/// <summary>A contact of a number and the latest message between them.</summary>
public sealed record ConversationItem(string? NumberId, string Contact, string Kind, string? Name, DateTimeOffset LastMessageAt, MessageItem LastMessage);

/// <summary>A number of ours.</summary>
public sealed record NumberItem(string NumberId, string? Phone, string? DisplayName)
{
    public string Label => DisplayName ?? Phone ?? NumberId;
}
