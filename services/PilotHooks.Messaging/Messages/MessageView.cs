using System.Text.Json.Serialization;

namespace PilotHooks.Messaging.Messages;

/// <summary>A message.</summary>
internal sealed record MessageView
{
    /// <summary>The provider's id of the message.</summary>
    public required string? Id { get; init; }
    /// <summary>The id that WhatsApp gave it (wamid).</summary>
    public required string? MessageId { get; init; }
    /// <summary>What replies to it refer to, as the provider gave it when it was sent.</summary>
    public required string? CorrelationId { get; init; }
    /// <summary>The number of ours; null where it is not known.</summary>
    public required string? NumberId { get; init; }
    /// <summary>Whether it was sent by us or to us.</summary>
    public required string Direction { get; init; }
    /// <summary>Whom it is exchanged with: one contact, a group or a newsletter.</summary>
    public required string Kind { get; init; }
    /// <summary>The phone number or user id of the sender.</summary>
    public required string? From { get; init; }
    /// <summary>The phone number or user id of the recipient.</summary>
    public required string? To { get; init; }
    /// <summary>Such as <c>text</c> or <c>image</c>, in the provider's words.</summary>
    public required string? Type { get; init; }
    /// <summary>The text.</summary>
    public required string? Content { get; init; }
    /// <summary>The media that came with it.</summary>
    public required MediaView? Media { get; init; }
    /// <summary>The name that the sender goes by.</summary>
    public required string? ParticipantName { get; init; }
    /// <summary>The group that it was written in.</summary>
    public required NamedView? Group { get; init; }
    /// <summary>The newsletter that it was published in.</summary>
    public required NamedView? Newsletter { get; init; }
    /// <summary>The furthest point that it reached, in whatever order its events came.</summary>
    public required string Status { get; init; }
    /// <summary>When the provider took it.</summary>
    public required DateTimeOffset? QueuedAt { get; init; }
    /// <summary>When it was sent.</summary>
    public required DateTimeOffset? SentAt { get; init; }
    /// <summary>When it was delivered.</summary>
    public required DateTimeOffset? DeliveredAt { get; init; }
    /// <summary>When it was read.</summary>
    public required DateTimeOffset? ReadAt { get; init; }
    /// <summary>When it failed.</summary>
    public required DateTimeOffset? FailedAt { get; init; }
    /// <summary>When it was received.</summary>
    public required DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>When its content was last changed; left out where it was not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required DateTimeOffset? EditedAt { get; init; }

    /// <summary>When it was taken back, after which it has no content; left out where it was not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Since when a send that the provider accepted counts as stuck, because no status came; left out where it does not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required DateTimeOffset? StuckSince { get; init; }

    /// <summary>Why it failed, in the provider's words.</summary>
    public required string? Error { get; init; }
    /// <summary>The provider's code of the error.</summary>
    public required string? ErrorCode { get; init; }
    /// <summary>What it answers.</summary>
    public required OriginalView? InReplyTo { get; init; }

    /// <summary>What answers it, oldest first; left out in lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ReplyView>? Replies { get; init; }

    /// <summary>When it was written, as the provider says.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>When its latest event was merged.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>A message's media, as far as the provider exposes it.</summary>
/// <param name="Link">Where it can be had.</param>
/// <param name="Type">Such as <c>image</c>, in the provider's words.</param>
/// <param name="Caption">The text beside it.</param>
/// <param name="Filename">What the file is called.</param>
internal sealed record MediaView(string? Link, string? Type, string? Caption, string? Filename);

/// <summary>A group or a newsletter.</summary>
/// <param name="Id">Its id at WhatsApp.</param>
/// <param name="Name">What it is called.</param>
internal sealed record NamedView(string? Id, string? Name);

/// <summary>What a reply answers.</summary>
/// <param name="Id">The id of the original; null as long as it is not known.</param>
/// <param name="MessageId">The <c>messageId</c> of the original.</param>
/// <param name="CorrelationId">The <c>correlationId</c> of the original.</param>
/// <param name="Content">The text of the original, or what the reply quotes of it.</param>
/// <param name="MatchedBy">What the original was found by; null as long as it is not known.</param>
internal sealed record OriginalView(string? Id, string? MessageId, string? CorrelationId, string? Content, string? MatchedBy);

/// <summary>A reply to the message that it is shown with.</summary>
/// <param name="Id">The provider's id of the reply.</param>
/// <param name="MessageId">The id that WhatsApp gave it.</param>
/// <param name="From">Who replied.</param>
/// <param name="Content">The text.</param>
/// <param name="CreatedAt">When it was written.</param>
internal sealed record ReplyView(string? Id, string? MessageId, string? From, string? Content, DateTimeOffset CreatedAt);
