-- What a replica of the version before writes, as it sent it to the server.
UPDATE messages SET content = NULL, content_replied = NULL, media_link = NULL, media_type = NULL, media_caption = NULL, media_filename = NULL
WHERE key = ANY(ARRAY(
    SELECT key FROM messages
    WHERE COALESCE(content, content_replied, media_link, media_type, media_caption, media_filename) IS NOT NULL AND stored_at < now() - '30 days'::interval
    ORDER BY stored_at LIMIT '1000'::bigint FOR UPDATE SKIP LOCKED));

UPDATE forms SET fields = NULL
WHERE event_id = ANY(ARRAY(
    SELECT event_id FROM forms WHERE fields IS NOT NULL AND stored_at < now() - '30 days'::interval
    ORDER BY stored_at LIMIT '1000'::bigint FOR UPDATE SKIP LOCKED));

DELETE FROM processed_events WHERE ctid = ANY(ARRAY(SELECT ctid FROM processed_events WHERE merged_at < now() - '31 days'::interval LIMIT '1000'::bigint FOR UPDATE SKIP LOCKED));

DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency_keys WHERE started_at < now() - '7 days'::interval LIMIT '1000'::bigint FOR UPDATE SKIP LOCKED));

INSERT INTO processed_events (event_id, event)
SELECT * FROM unnest('{498849ab-4f45-8a86-b4ab-97aafe48783e}'::uuid[], '{message.read}'::text[]) AS e (event_id, event) ORDER BY event_id
ON CONFLICT DO NOTHING;

WITH merged AS (
    INSERT INTO messages AS m (
        key, number_id, direction, kind, id, message_id, correlation_id, "from", "to", type, content,
        media_link, media_type, media_caption, media_filename, participant_name, group_id, group_name, newsletter_id,
        newsletter_name, quoted_message_id, content_replied, error, error_code, is_reply,
        queued_at, sent_at, delivered_at, read_at, failed_at, received_at, created_at, updated_at)
    SELECT * FROM unnest(
        '{c0899fd6-249a-3ae9-8b0a-2307d10472cc}'::uuid[], '{num-1}'::text[], '{outbound}'::text[], '{direct}'::text[], '{out}'::text[], '{wa-out}'::text[], '{NULL}'::text[], '{+5511888880000}'::text[], '{+5511999990000}'::text[], '{text}'::text[], '{Hi}'::text[], '{NULL}'::text[], '{NULL}'::text[], '{NULL}'::text[], '{NULL}'::text[], '{NULL}'::text[], '{NULL}'::text[],
        '{NULL}'::text[], '{NULL}'::text[], '{NULL}'::text[], '{NULL}'::text[], '{NULL}'::text[], '{NULL}'::text[], '{NULL}'::text[], '{f}'::boolean[], '{NULL}'::timestamp with time zone[], '{NULL}'::timestamp with time zone[], '{NULL}'::timestamp with time zone[], '{"2026-02-24 15:00:10+00"}'::timestamp with time zone[], '{NULL}'::timestamp with time zone[], '{NULL}'::timestamp with time zone[], '{"2026-02-24 15:00:10+00"}'::timestamp with time zone[], '{"2026-02-24 15:00:10+00"}'::timestamp with time zone[])
    ON CONFLICT (key) DO UPDATE SET
        kind = GREATEST(m.kind, EXCLUDED.kind),
        message_id = LEAST(m.message_id, EXCLUDED.message_id),
        correlation_id = LEAST(m.correlation_id, EXCLUDED.correlation_id),
        "from" = LEAST(m."from", EXCLUDED."from"),
        "to" = LEAST(m."to", EXCLUDED."to"),
        type = LEAST(m.type, EXCLUDED.type),
        content = LEAST(m.content, EXCLUDED.content),
        media_link = LEAST(m.media_link, EXCLUDED.media_link),
        media_type = LEAST(m.media_type, EXCLUDED.media_type),
        media_caption = LEAST(m.media_caption, EXCLUDED.media_caption),
        media_filename = LEAST(m.media_filename, EXCLUDED.media_filename),
        participant_name = LEAST(m.participant_name, EXCLUDED.participant_name),
        group_id = LEAST(m.group_id, EXCLUDED.group_id),
        group_name = LEAST(m.group_name, EXCLUDED.group_name),
        newsletter_id = LEAST(m.newsletter_id, EXCLUDED.newsletter_id),
        newsletter_name = LEAST(m.newsletter_name, EXCLUDED.newsletter_name),
        quoted_message_id = LEAST(m.quoted_message_id, EXCLUDED.quoted_message_id),
        content_replied = LEAST(m.content_replied, EXCLUDED.content_replied),
        error = CASE
            WHEN m.failed_at IS NULL OR EXCLUDED.failed_at < m.failed_at THEN EXCLUDED.error
            WHEN EXCLUDED.failed_at = m.failed_at THEN LEAST(m.error, EXCLUDED.error)
            ELSE m.error END,
        error_code = CASE
            WHEN m.failed_at IS NULL OR EXCLUDED.failed_at < m.failed_at THEN EXCLUDED.error_code
            WHEN EXCLUDED.failed_at = m.failed_at THEN LEAST(m.error_code, EXCLUDED.error_code)
            ELSE m.error_code END,
        is_reply = m.is_reply OR EXCLUDED.is_reply,
        queued_at = LEAST(m.queued_at, EXCLUDED.queued_at),
        sent_at = LEAST(m.sent_at, EXCLUDED.sent_at),
        delivered_at = LEAST(m.delivered_at, EXCLUDED.delivered_at),
        read_at = LEAST(m.read_at, EXCLUDED.read_at),
        failed_at = LEAST(m.failed_at, EXCLUDED.failed_at),
        received_at = LEAST(m.received_at, EXCLUDED.received_at),
        created_at = LEAST(m.created_at, EXCLUDED.created_at),
        updated_at = GREATEST(m.updated_at, EXCLUDED.updated_at)
    RETURNING key, number_id, contact, created_at
)
INSERT INTO conversations AS c (number_id, contact, last_message_at)
SELECT m.number_id, m.contact, max(m.created_at)
FROM merged m JOIN unnest('{c0899fd6-249a-3ae9-8b0a-2307d10472cc}'::uuid[], '{"2026-02-24 15:00:10+00"}'::timestamp with time zone[]) AS b (key, created_at) ON b.key = m.key
WHERE m.contact IS NOT NULL AND (
    m.created_at = b.created_at
    OR (SELECT x.last_message_at >= m.created_at FROM conversations x WHERE x.number_id = m.number_id AND x.contact = m.contact) IS NOT TRUE)
GROUP BY m.number_id, m.contact ORDER BY m.number_id, m.contact
ON CONFLICT (number_id, contact) DO UPDATE SET last_message_at = EXCLUDED.last_message_at WHERE c.last_message_at < EXCLUDED.last_message_at;

UPDATE conversations c SET last_message_at = n.newest
FROM (
    SELECT t.number_id, t.contact, GREATEST(
        (SELECT o.created_at FROM messages o WHERE o.number_id = t.number_id AND o.contact = t.contact AND o.direction = 'outbound' ORDER BY o.created_at DESC LIMIT 1),
        (SELECT i.created_at FROM messages i WHERE i.number_id = t.number_id AND i.contact = t.contact AND i.direction = 'inbound' ORDER BY i.created_at DESC LIMIT 1)) AS newest
    FROM (
        SELECT DISTINCT m.number_id, m.contact
        FROM unnest('{c0899fd6-249a-3ae9-8b0a-2307d10472cc}'::uuid[], '{"2026-02-24 15:00:10+00"}'::timestamp with time zone[]) AS b (key, created_at) JOIN messages m ON m.key = b.key
        JOIN conversations k ON k.number_id = m.number_id AND k.contact = m.contact AND k.last_message_at > m.created_at
        WHERE m.created_at = b.created_at) t
) n
WHERE c.number_id = n.number_id AND c.contact = n.contact AND c.last_message_at > n.newest;

INSERT INTO forms (event_id, id, number_id, source, submitted_at, fields)
SELECT * FROM unnest('{ca5c9bc8-5507-81aa-a9ce-20bcc56de3c0}'::uuid[], '{evt_1}'::text[], '{""}'::text[], '{platform}'::text[], '{"2026-02-24 15:00:05+00"}'::timestamp with time zone[], '{"{\"form_id\":\"form-1\",\"answers\":{\"name\":\"Ana\"}}"}'::text[]) AS f (event_id, id, number_id, source, submitted_at, fields) ORDER BY event_id
ON CONFLICT DO NOTHING;
