-- What depends on two rows is joined when read, never stored, so it does not depend on which of them came first.

-- A message with what its fragments add. A fragment is an outbound row that lacks a number (a send for which the caller
-- named none) or an id (a status that carries the messageId alone). A fragment whose message is known is not visible on
-- its own. The own_ columns are for filters: an index knows nothing of fragments.
CREATE VIEW message_facts AS
SELECT
    m.key, m.number_id, m.direction, m.kind, m.id, m.message_id, m.contact, m."from", m.created_at,
    m.participant_name, m.group_id, m.group_name, m.newsletter_id, m.newsletter_name,
    m.media_link, m.media_type, m.media_caption, m.media_filename,
    m.is_reply, m.quoted_message_id, m.content_replied,
    COALESCE(m.correlation_id, f.correlation_id) AS correlation_id,
    COALESCE(m."to", f."to") AS "to",
    COALESCE(m.type, f.type) AS type,
    COALESCE(m.content, f.content) AS content,
    CASE WHEN f.failed_at < m.failed_at OR m.failed_at IS NULL THEN f.error ELSE m.error END AS error,
    CASE WHEN f.failed_at < m.failed_at OR m.failed_at IS NULL THEN f.error_code ELSE m.error_code END AS error_code,
    LEAST(m.queued_at, f.queued_at) AS queued_at,
    LEAST(m.sent_at, f.sent_at) AS sent_at,
    LEAST(m.delivered_at, f.delivered_at) AS delivered_at,
    LEAST(m.read_at, f.read_at) AS read_at,
    LEAST(m.failed_at, f.failed_at) AS failed_at,
    m.received_at,
    m.sent_at AS own_sent_at, m.delivered_at AS own_delivered_at, m.read_at AS own_read_at, m.failed_at AS own_failed_at,
    GREATEST(m.updated_at, f.updated_at) AS updated_at,
    CASE
        WHEN m.direction = 'inbound' THEN 'received'
        WHEN LEAST(m.read_at, f.read_at) IS NOT NULL THEN 'read'
        WHEN LEAST(m.delivered_at, f.delivered_at) IS NOT NULL THEN 'delivered'
        WHEN LEAST(m.failed_at, f.failed_at) IS NOT NULL THEN 'failed'
        WHEN LEAST(m.sent_at, f.sent_at) IS NOT NULL THEN 'sent'
        ELSE 'queued'
    END AS status,
    -- Scalar subqueries: EXISTS could be planned as a hash of the whole table.
    CASE
        WHEN m.direction = 'inbound' THEN true
        WHEN m.id IS NULL THEN (
            SELECT true FROM messages o
            WHERE o.message_id = m.message_id AND o.direction = 'outbound' AND o.id IS NOT NULL AND (m.number_id = '' OR o.number_id = m.number_id)
            LIMIT 1) IS NULL
        WHEN m.number_id = '' THEN (
            SELECT true FROM messages o
            WHERE o.id = m.id AND o.direction = 'outbound' AND o.number_id <> ''
            LIMIT 1) IS NULL
        ELSE true
    END AS visible
FROM messages m
LEFT JOIN LATERAL (
    SELECT
        min(p.correlation_id) AS correlation_id, min(p."to") AS "to", min(p.type) AS type, min(p.content) AS content,
        min(p.queued_at) AS queued_at, min(p.sent_at) AS sent_at, min(p.delivered_at) AS delivered_at, min(p.read_at) AS read_at,
        min(p.failed_at) AS failed_at, max(p.updated_at) AS updated_at,
        (array_agg(p.error ORDER BY p.failed_at, p.key))[1] AS error,
        (array_agg(p.error_code ORDER BY p.failed_at, p.key))[1] AS error_code
    FROM (
        SELECT r.* FROM messages r
        WHERE r.message_id = m.message_id AND r.id IS NULL AND r.direction = 'outbound' AND r.number_id IN ('', m.number_id)
        UNION ALL
        SELECT s.* FROM messages s
        WHERE s.id = m.id AND s.number_id = '' AND s.direction = 'outbound' AND m.number_id <> ''
    ) p
    WHERE m.direction = 'outbound' AND m.id IS NOT NULL
) f ON true;

-- The message that a reply answers: the quoted one, else the one with its correlationId, of the same number. The second
-- and the third way differ in who knows the correlationId: the message itself, or the send for which no number was named.
-- The || '' keeps a comparison out of index conditions. Before a new table's first ANALYZE, a minute after its first rows
-- at best, the index of a number's messages looks as good as that of an identifier, and each reply would read all of them.
CREATE VIEW reply_originals AS
SELECT r.key AS reply_key, o.key AS original_key, o.matched_by
FROM messages r
CROSS JOIN LATERAL (
    SELECT c.key, c.matched_by FROM (
        SELECT q.key, q.id, q.created_at, 'quotedMessageId' AS matched_by, 1 AS rank
        FROM messages q
        WHERE q.message_id = r.quoted_message_id AND q.number_id || '' = r.number_id AND q.direction || '' = 'outbound'
        UNION ALL
        SELECT s.key, s.id, s.created_at, 'correlationId', 2
        FROM messages s
        WHERE s.correlation_id = r.correlation_id AND s.number_id || '' = r.number_id AND s.direction || '' = 'outbound'
        UNION ALL
        SELECT s.key, s.id, s.created_at, 'correlationId', 2
        FROM messages n JOIN messages s ON s.id = n.id AND s.number_id || '' = r.number_id AND s.direction || '' = 'outbound'
        WHERE n.correlation_id = r.correlation_id AND n.number_id || '' = '' AND n.direction || '' = 'outbound'
    ) c
    ORDER BY c.rank, c.id IS NULL, c.created_at DESC, c.key DESC
    LIMIT 1
) o
WHERE r.is_reply AND r.direction || '' = 'inbound';

-- What GET answers: the message and what it replies to.
CREATE VIEW message_reads AS
SELECT
    m.*,
    x.matched_by AS original_matched_by, o.id AS original_id, o.message_id AS original_message_id,
    o.correlation_id AS original_correlation_id, o.content AS original_content
FROM message_facts m
LEFT JOIN reply_originals x ON m.is_reply AND x.reply_key = m.key
LEFT JOIN message_facts o ON o.key = x.original_key;
