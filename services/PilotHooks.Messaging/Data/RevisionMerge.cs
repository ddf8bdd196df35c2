using Npgsql;
using NpgsqlTypes;
using PilotHooks.Messaging.Messages;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Messaging.Data;

/// <summary>Merges what edits and revokes say, beside the messages that they are of.</summary>
internal static class RevisionMerge
{
    // The rules are those of MessageRevision.Merge.
    private const string MergeSql = """
        INSERT INTO message_revisions AS r (
            number_id, message_id, edited_at, content, media_link, media_type, media_caption, media_filename, revoked_at, sender)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (number_id, message_id) DO UPDATE SET
            content = CASE
                WHEN r.edited_at IS NULL OR EXCLUDED.edited_at > r.edited_at THEN EXCLUDED.content
                WHEN EXCLUDED.edited_at = r.edited_at THEN LEAST(r.content, EXCLUDED.content) ELSE r.content END,
            media_link = CASE
                WHEN r.edited_at IS NULL OR EXCLUDED.edited_at > r.edited_at THEN EXCLUDED.media_link
                WHEN EXCLUDED.edited_at = r.edited_at THEN LEAST(r.media_link, EXCLUDED.media_link) ELSE r.media_link END,
            media_type = CASE
                WHEN r.edited_at IS NULL OR EXCLUDED.edited_at > r.edited_at THEN EXCLUDED.media_type
                WHEN EXCLUDED.edited_at = r.edited_at THEN LEAST(r.media_type, EXCLUDED.media_type) ELSE r.media_type END,
            media_caption = CASE
                WHEN r.edited_at IS NULL OR EXCLUDED.edited_at > r.edited_at THEN EXCLUDED.media_caption
                WHEN EXCLUDED.edited_at = r.edited_at THEN LEAST(r.media_caption, EXCLUDED.media_caption) ELSE r.media_caption END,
            media_filename = CASE
                WHEN r.edited_at IS NULL OR EXCLUDED.edited_at > r.edited_at THEN EXCLUDED.media_filename
                WHEN EXCLUDED.edited_at = r.edited_at THEN LEAST(r.media_filename, EXCLUDED.media_filename) ELSE r.media_filename END,
            sender = LEAST(r.sender, EXCLUDED.sender),
            stored_at = now(),
            edited_at = GREATEST(r.edited_at, EXCLUDED.edited_at),
            revoked_at = LEAST(r.revoked_at, EXCLUDED.revoked_at)
        """;

    // What was taken back is not only hidden. A row that another replica holds meanwhile, or that comes later, is left to
    // the retention.
    private const string EraseSql = """
        UPDATE messages SET
            content = NULL, content_replied = NULL, media_link = NULL, media_type = NULL, media_caption = NULL, media_filename = NULL
        WHERE key = ANY(ARRAY(
            SELECT m.key FROM unnest($1, $2) AS r (number_id, message_id)
            JOIN messages m ON m.message_id = r.message_id AND r.number_id IN ('', m.number_id)
            FOR UPDATE OF m SKIP LOCKED))
        """;

    public static NpgsqlBatchCommand Merge(IReadOnlyList<MessageRevision> revisions) => new(MergeSql)
    {
        Parameters =
        {
            Texts(revisions, one => one.NumberId), Texts(revisions, one => one.MessageId), Times(revisions, one => one.EditedAt),
            Texts(revisions, one => one.Content), Texts(revisions, one => one.MediaLink), Texts(revisions, one => one.MediaType),
            Texts(revisions, one => one.MediaCaption), Texts(revisions, one => one.MediaFilename), Times(revisions, one => one.RevokedAt),
            Texts(revisions, one => one.Sender),
        },
    };

    /// <summary>Erases what these messages said; null where none of them was taken back.</summary>
    public static NpgsqlBatchCommand? Erase(IReadOnlyList<MessageRevision> revisions)
    {
        MessageRevision[] revoked = [.. revisions.Where(one => one.RevokedAt is not null)];
        return revoked.Length == 0 ? null : new(EraseSql)
        {
            Parameters = { Texts(revoked, one => one.NumberId), Texts(revoked, one => one.MessageId) },
        };
    }

    private static NpgsqlParameter<string?[]> Texts(IReadOnlyList<MessageRevision> rows, Func<MessageRevision, string?> field)
        => ArrayParameter.Of(rows, NpgsqlDbType.Text, field);

    private static NpgsqlParameter<DateTime?[]> Times(IReadOnlyList<MessageRevision> rows, Func<MessageRevision, DateTime?> field)
        => ArrayParameter.Of(rows, NpgsqlDbType.TimestampTz, field);
}
