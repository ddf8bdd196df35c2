using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Messaging.Messages;

/// <summary>
/// What edits and a revoke say of the message with this WhatsApp message id, whether it is known or not: both rows meet when
/// they are read, so it does not matter which came first. <c>NumberId</c> is empty where none is known.
/// </summary>
internal sealed record MessageRevision
{
    public required string NumberId { get; init; }
    public required string MessageId { get; init; }

    /// <summary>The latest edit, which the content is of.</summary>
    public DateTime? EditedAt { get; init; }

    public string? Content { get; init; }
    public string? MediaLink { get; init; }
    public string? MediaType { get; init; }
    public string? MediaCaption { get; init; }
    public string? MediaFilename { get; init; }

    /// <summary>The earliest revoke.</summary>
    public DateTime? RevokedAt { get; init; }

    /// <summary>Who edits or takes back.</summary>
    public string? Sender { get; init; }

    /// <summary>Null for a message that is neither an edit nor a revoke.</summary>
    public static MessageRevision? Of(string numberId, MessageFacts facts, DateTime at) => facts switch
    {
        { RevokedMessageId: { } revoked } => new MessageRevision { NumberId = numberId, MessageId = MessageKey.Bounded(revoked)!, RevokedAt = at, Sender = SenderOf(facts) },
        { EditedMessageId: { } edited } => new MessageRevision
        {
            NumberId = numberId,
            MessageId = MessageKey.Bounded(edited)!,
            EditedAt = at,
            Sender = SenderOf(facts),
            Content = facts.Content,
            MediaLink = facts.MediaLink,
            MediaType = facts.MediaType,
            MediaCaption = facts.MediaCaption,
            MediaFilename = facts.MediaFilename,
        },
        _ => null,
    };

    public MessageRevision WithoutContent()
        => this with { Content = null, MediaLink = null, MediaType = null, MediaCaption = null, MediaFilename = null };

    /// <summary>
    /// Two revisions of a message as one; commutative, associative and idempotent, as the statement in
    /// <see cref="Data.RevisionMerge"/> is. The latest edit counts; of two at the same moment the lesser texts.
    /// </summary>
    public static MessageRevision Merge(MessageRevision a, MessageRevision b)
    {
        var edit = (a.EditedAt, b.EditedAt) switch
        {
            (null, _) => b,
            (_, null) => a,
            var (x, y) when x != y => x > y ? a : b,
            _ => a with
            {
                Content = MessageChange.Least(a.Content, b.Content),
                MediaLink = MessageChange.Least(a.MediaLink, b.MediaLink),
                MediaType = MessageChange.Least(a.MediaType, b.MediaType),
                MediaCaption = MessageChange.Least(a.MediaCaption, b.MediaCaption),
                MediaFilename = MessageChange.Least(a.MediaFilename, b.MediaFilename),
            },
        };
        return edit with { RevokedAt = MessageChange.Earliest(a.RevokedAt, b.RevokedAt), Sender = MessageChange.Least(a.Sender, b.Sender) };
    }

    private static string? SenderOf(MessageFacts facts) => MessageKey.Bounded(PhoneNumber.Normalise(facts.From));

    /// <summary>One revision per message, in one order for every replica.</summary>
    public static IReadOnlyList<MessageRevision> MergeAll(IEnumerable<MessageRevision> revisions)
        => [.. revisions
            .GroupBy(one => (one.NumberId, one.MessageId))
            .Select(same => same.Aggregate(Merge))
            .OrderBy(one => one.NumberId, StringComparer.Ordinal)
            .ThenBy(one => one.MessageId, StringComparer.Ordinal)];
}
