-- The view of V004, with what it joins looked up row by row. Each LIMIT keeps the planner from joining all replies, or all
-- messages, where it knows too little of a new table to see that a page has few rows.
CREATE OR REPLACE VIEW message_reads AS
SELECT
    m.*,
    x.matched_by AS original_matched_by, o.id AS original_id, o.message_id AS original_message_id,
    o.correlation_id AS original_correlation_id, o.content AS original_content, o.revoked_at AS original_revoked_at,
    CASE WHEN m.status = 'queued' AND m.visible THEN p.alerted_at END AS stuck_since
FROM message_facts m
LEFT JOIN LATERAL (SELECT r.original_key, r.matched_by FROM reply_originals r WHERE m.is_reply AND r.reply_key = m.key LIMIT 1) x ON true
LEFT JOIN LATERAL (SELECT * FROM message_facts f WHERE f.key = x.original_key LIMIT 1) o ON true
LEFT JOIN LATERAL (SELECT s.alerted_at FROM pending_sends s WHERE s.key = m.key LIMIT 1) p ON true;
