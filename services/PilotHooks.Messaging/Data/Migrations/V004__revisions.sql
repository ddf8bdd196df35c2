-- What edits and revokes say of the message with this WhatsApp message id. The message may come later, or never.
-- number_id is '' where no number is known; such a revision is of whichever number has the message.
CREATE TABLE message_revisions (
    number_id      text COLLATE "C" NOT NULL,
    message_id     text COLLATE "C" NOT NULL,
    -- The latest edit, and what it left.
    edited_at      timestamptz,
    content        text COLLATE "C",
    media_link     text COLLATE "C",
    media_type     text COLLATE "C",
    media_caption  text COLLATE "C",
    media_filename text COLLATE "C",
    -- The earliest revoke.
    revoked_at     timestamptz,
    stored_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (message_id, number_id)
);

CREATE INDEX message_revisions_with_content ON message_revisions (stored_at)
    WHERE COALESCE(content, media_link, media_type, media_caption, media_filename) IS NOT NULL;
CREATE INDEX message_revisions_revoked ON message_revisions (stored_at) WHERE revoked_at IS NOT NULL;

-- The sends that the provider accepted, until a status of theirs is seen. One that has none for too long is stuck. A table
-- of its own, because no index of messages may have a column that statuses change.
CREATE TABLE pending_sends (
    key         uuid PRIMARY KEY,
    created_at  timestamptz NOT NULL,
    -- By our clock, as are the others.
    accepted_at timestamptz NOT NULL DEFAULT now(),
    look_at     timestamptz NOT NULL,
    alerted_at  timestamptz
);

-- Those that the version before accepted lately, without an alert for each.
INSERT INTO pending_sends (key, created_at, accepted_at, look_at, alerted_at)
SELECT key, created_at, queued_at, now() + interval '15 minutes', now()
FROM messages
WHERE direction = 'outbound' AND created_at > now() - interval '1 day'
    AND queued_at IS NOT NULL AND COALESCE(sent_at, delivered_at, read_at, failed_at) IS NULL;

CREATE INDEX pending_sends_by_look ON pending_sends (look_at);
CREATE INDEX pending_sends_by_time ON pending_sends (created_at, key);

-- The views of V002, with revisions. Made anew, since a column cannot be put in between; their names and the columns that
-- they had stay, for the version before.
DROP VIEW message_reads;
DROP VIEW reply_originals;
DROP VIEW message_facts;

CREATE VIEW message_facts AS
SELECT
    m.key, m.number_id, m.direction, m.kind, m.id, m.message_id, m.contact, m."from", m.created_at,
    m.participant_name, m.group_id, m.group_name, m.newsletter_id, m.newsletter_name,
    CASE WHEN v.revoked_at IS NULL THEN COALESCE(v.media_link, m.media_link) END AS media_link,
    CASE WHEN v.revoked_at IS NULL THEN COALESCE(v.media_type, m.media_type) END AS media_type,
    CASE WHEN v.revoked_at IS NULL THEN COALESCE(v.media_caption, m.media_caption) END AS media_caption,
    CASE WHEN v.revoked_at IS NULL THEN COALESCE(v.media_filename, m.media_filename) END AS media_filename,
    m.is_reply, m.quoted_message_id,
    CASE WHEN v.revoked_at IS NULL THEN m.content_replied END AS content_replied,
    COALESCE(m.correlation_id, f.correlation_id) AS correlation_id,
    COALESCE(m."to", f."to") AS "to",
    COALESCE(m.type, f.type) AS type,
    CASE WHEN v.revoked_at IS NULL THEN COALESCE(v.content, m.content, f.content) END AS content,
    CASE WHEN f.failed_at < m.failed_at OR m.failed_at IS NULL THEN f.error ELSE m.error END AS error,
    CASE WHEN f.failed_at < m.failed_at OR m.failed_at IS NULL THEN f.error_code ELSE m.error_code END AS error_code,
    LEAST(m.queued_at, f.queued_at) AS queued_at,
    LEAST(m.sent_at, f.sent_at) AS sent_at,
    LEAST(m.delivered_at, f.delivered_at) AS delivered_at,
    LEAST(m.read_at, f.read_at) AS read_at,
    LEAST(m.failed_at, f.failed_at) AS failed_at,
    m.received_at,
    m.sent_at AS own_sent_at, m.delivered_at AS own_delivered_at, m.read_at AS own_read_at, m.failed_at AS own_failed_at,
    GREATEST(m.updated_at, f.updated_at, v.edited_at, v.revoked_at) AS updated_at,
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
    END AS visible,
    v.edited_at, v.revoked_at
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
) f ON true
-- At most two: the number's own, and one for which no number was known.
LEFT JOIN LATERAL (
    SELECT
        max(r.edited_at) AS edited_at, min(r.revoked_at) AS revoked_at,
        (array_agg(r.content ORDER BY r.edited_at DESC NULLS LAST, r.number_id))[1] AS content,
        (array_agg(r.media_link ORDER BY r.edited_at DESC NULLS LAST, r.number_id))[1] AS media_link,
        (array_agg(r.media_type ORDER BY r.edited_at DESC NULLS LAST, r.number_id))[1] AS media_type,
        (array_agg(r.media_caption ORDER BY r.edited_at DESC NULLS LAST, r.number_id))[1] AS media_caption,
        (array_agg(r.media_filename ORDER BY r.edited_at DESC NULLS LAST, r.number_id))[1] AS media_filename
    FROM message_revisions r
    WHERE r.message_id = COALESCE(m.message_id, m.id) AND r.number_id IN ('', m.number_id)
) v ON true;

-- The message that a reply answers: the quoted one, whoever sent it, else the send with its correlationId, of the same
-- number. The last two ways differ in who knows the correlationId: the message itself, or the send for which no number was
-- named. A message of ours answers what it quotes: its correlationId is its own.
-- The || '' keeps a comparison out of index conditions. Before a new table's first ANALYZE, a minute after its first rows
-- at best, the index of a number's messages looks as good as that of an identifier, and each reply would read all of them.
CREATE VIEW reply_originals AS
SELECT r.key AS reply_key, o.key AS original_key, o.matched_by
FROM messages r
CROSS JOIN LATERAL (
    SELECT c.key, c.matched_by FROM (
        SELECT q.key, q.id, q.direction, q.created_at, 'quotedMessageId' AS matched_by, 1 AS rank
        FROM messages q
        WHERE q.message_id = r.quoted_message_id AND q.number_id || '' = r.number_id
        UNION ALL
        SELECT q.key, q.id, q.direction, q.created_at, 'quotedMessageId', 2
        FROM messages q
        WHERE q.id = r.quoted_message_id AND q.message_id IS NULL AND q.number_id || '' = r.number_id
        UNION ALL
        SELECT s.key, s.id, s.direction, s.created_at, 'correlationId', 3
        FROM messages s
        WHERE s.correlation_id = r.correlation_id AND s.number_id || '' = r.number_id AND s.direction || '' = 'outbound' AND r.direction = 'inbound'
        UNION ALL
        SELECT s.key, s.id, s.direction, s.created_at, 'correlationId', 3
        FROM messages n JOIN messages s ON s.id = n.id AND s.number_id || '' = r.number_id AND s.direction || '' = 'outbound'
        WHERE n.correlation_id = r.correlation_id AND n.number_id || '' = '' AND n.direction || '' = 'outbound' AND r.direction = 'inbound'
    ) c
    WHERE c.key <> r.key
    -- A row of ours without an id may be a fragment of the one that has it; with the same id there and back, ours is meant.
    ORDER BY c.rank, c.direction DESC, c.id IS NULL, c.created_at DESC, c.key DESC
    LIMIT 1
) o
WHERE r.is_reply;

-- What GET answers: the message and what it replies to.
CREATE VIEW message_reads AS
SELECT
    m.*,
    x.matched_by AS original_matched_by, o.id AS original_id, o.message_id AS original_message_id,
    o.correlation_id AS original_correlation_id, o.content AS original_content, o.revoked_at AS original_revoked_at,
    CASE WHEN m.status = 'queued' AND m.visible THEN p.alerted_at END AS stuck_since
FROM message_facts m
LEFT JOIN reply_originals x ON m.is_reply AND x.reply_key = m.key
LEFT JOIN message_facts o ON o.key = x.original_key
LEFT JOIN pending_sends p ON p.key = m.key;
