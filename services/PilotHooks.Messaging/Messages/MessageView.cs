using System.Text.Json.Serialization;

namespace PilotHooks.Messaging.Messages;

/// <summary>A message as the API answers it. In a list <see cref="Replies"/> is left out.</summary>
internal sealed record MessageView
{
    public required string? Id { get; init; }
    public required string? MessageId { get; init; }
    public required string? CorrelationId { get; init; }
    public required string? NumberId { get; init; }
    public required string Direction { get; init; }
    public required string Kind { get; init; }
    public required string? From { get; init; }
    public required string? To { get; init; }
    public required string? Type { get; init; }
    public required string? Content { get; init; }
    public required MediaView? Media { get; init; }
    public required string? ParticipantName { get; init; }
    public required NamedView? Group { get; init; }
    public required NamedView? Newsletter { get; init; }
    public required string Status { get; init; }
    public required DateTimeOffset? QueuedAt { get; init; }
    public required DateTimeOffset? SentAt { get; init; }
    public required DateTimeOffset? DeliveredAt { get; init; }
    public required DateTimeOffset? ReadAt { get; init; }
    public required DateTimeOffset? FailedAt { get; init; }
    public required DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>When its content was last changed. This and the next two are left out where there is nothing to tell.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required DateTimeOffset? EditedAt { get; init; }

    /// <summary>When it was taken back; it has no content then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Since when a send that the provider accepted counts as stuck, for want of any status.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required DateTimeOffset? StuckSince { get; init; }

    public required string? Error { get; init; }
    public required string? ErrorCode { get; init; }
    public required OriginalView? InReplyTo { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ReplyView>? Replies { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A message's media, as far as the provider exposes it.</summary>
internal sealed record MediaView(string? Link, string? Type, string? Caption, string? Filename);

/// <summary>A group or a newsletter.</summary>
internal sealed record NamedView(string? Id, string? Name);

/// <summary>What a reply answers. <see cref="MatchedBy"/> is null as long as the original is not known.</summary>
internal sealed record OriginalView(string? Id, string? MessageId, string? CorrelationId, string? Content, string? MatchedBy);

/// <summary>A reply to the message it is shown with.</summary>
internal sealed record ReplyView(string? Id, string? MessageId, string? From, string? Content, DateTimeOffset CreatedAt);
