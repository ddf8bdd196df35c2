SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.conversations (
    number_id text NOT NULL COLLATE pg_catalog."C",
    contact text NOT NULL COLLATE pg_catalog."C",
    last_message_at timestamp with time zone NOT NULL
)
WITH (fillfactor='80');
CREATE TABLE public.forms (
    event_id uuid NOT NULL,
    id text,
    number_id text NOT NULL COLLATE pg_catalog."C",
    source text NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    fields text,
    stored_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.idempotency_keys (
    scope text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    request_hash bytea NOT NULL,
    started_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    id text,
    correlation_id text
);
CREATE TABLE public.messages (
    key uuid NOT NULL,
    number_id text NOT NULL COLLATE pg_catalog."C",
    direction text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    id text COLLATE pg_catalog."C",
    message_id text COLLATE pg_catalog."C",
    correlation_id text COLLATE pg_catalog."C",
    "from" text COLLATE pg_catalog."C",
    "to" text COLLATE pg_catalog."C",
    type text COLLATE pg_catalog."C",
    content text COLLATE pg_catalog."C",
    media_link text COLLATE pg_catalog."C",
    media_type text COLLATE pg_catalog."C",
    media_caption text COLLATE pg_catalog."C",
    media_filename text COLLATE pg_catalog."C",
    participant_name text COLLATE pg_catalog."C",
    group_id text COLLATE pg_catalog."C",
    group_name text COLLATE pg_catalog."C",
    newsletter_id text COLLATE pg_catalog."C",
    newsletter_name text COLLATE pg_catalog."C",
    is_reply boolean NOT NULL,
    quoted_message_id text COLLATE pg_catalog."C",
    content_replied text COLLATE pg_catalog."C",
    error text COLLATE pg_catalog."C",
    error_code text COLLATE pg_catalog."C",
    queued_at timestamp with time zone,
    sent_at timestamp with time zone,
    delivered_at timestamp with time zone,
    read_at timestamp with time zone,
    failed_at timestamp with time zone,
    received_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    contact text GENERATED ALWAYS AS (COALESCE(group_id, newsletter_id,
CASE direction
    WHEN 'inbound'::text THEN "from"
    ELSE "to"
END)) STORED COLLATE pg_catalog."C",
    stored_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='50');
CREATE VIEW public.message_facts AS
 SELECT m.key,
    m.number_id,
    m.direction,
    m.kind,
    m.id,
    m.message_id,
    m.contact,
    m."from",
    m.created_at,
    m.participant_name,
    m.group_id,
    m.group_name,
    m.newsletter_id,
    m.newsletter_name,
    m.media_link,
    m.media_type,
    m.media_caption,
    m.media_filename,
    m.is_reply,
    m.quoted_message_id,
    m.content_replied,
    COALESCE(m.correlation_id, f.correlation_id) AS correlation_id,
    COALESCE(m."to", f."to") AS "to",
    COALESCE(m.type, f.type) AS type,
    COALESCE(m.content, f.content) AS content,
        CASE
            WHEN ((f.failed_at < m.failed_at) OR (m.failed_at IS NULL)) THEN f.error
            ELSE m.error
        END AS error,
        CASE
            WHEN ((f.failed_at < m.failed_at) OR (m.failed_at IS NULL)) THEN f.error_code
            ELSE m.error_code
        END AS error_code,
    LEAST(m.queued_at, f.queued_at) AS queued_at,
    LEAST(m.sent_at, f.sent_at) AS sent_at,
    LEAST(m.delivered_at, f.delivered_at) AS delivered_at,
    LEAST(m.read_at, f.read_at) AS read_at,
    LEAST(m.failed_at, f.failed_at) AS failed_at,
    m.received_at,
    m.sent_at AS own_sent_at,
    m.delivered_at AS own_delivered_at,
    m.read_at AS own_read_at,
    m.failed_at AS own_failed_at,
    GREATEST(m.updated_at, f.updated_at) AS updated_at,
        CASE
            WHEN (m.direction = 'inbound'::text) THEN 'received'::text
            WHEN (LEAST(m.read_at, f.read_at) IS NOT NULL) THEN 'read'::text
            WHEN (LEAST(m.delivered_at, f.delivered_at) IS NOT NULL) THEN 'delivered'::text
            WHEN (LEAST(m.failed_at, f.failed_at) IS NOT NULL) THEN 'failed'::text
            WHEN (LEAST(m.sent_at, f.sent_at) IS NOT NULL) THEN 'sent'::text
            ELSE 'queued'::text
        END AS status,
        CASE
            WHEN (m.direction = 'inbound'::text) THEN true
            WHEN (m.id IS NULL) THEN (( SELECT true
               FROM public.messages o
              WHERE ((o.message_id = m.message_id) AND (o.direction = 'outbound'::text) AND (o.id IS NOT NULL) AND ((m.number_id = ''::text) OR (o.number_id = m.number_id)))
             LIMIT 1) IS NULL)
            WHEN (m.number_id = ''::text) THEN (( SELECT true
               FROM public.messages o
              WHERE ((o.id = m.id) AND (o.direction = 'outbound'::text) AND (o.number_id <> ''::text))
             LIMIT 1) IS NULL)
            ELSE true
        END AS visible
   FROM (public.messages m
     LEFT JOIN LATERAL ( SELECT min(p.correlation_id) AS correlation_id,
            min(p."to") AS "to",
            min(p.type) AS type,
            min(p.content) AS content,
            min(p.queued_at) AS queued_at,
            min(p.sent_at) AS sent_at,
            min(p.delivered_at) AS delivered_at,
            min(p.read_at) AS read_at,
            min(p.failed_at) AS failed_at,
            max(p.updated_at) AS updated_at,
            (array_agg(p.error ORDER BY p.failed_at, p.key))[1] AS error,
            (array_agg(p.error_code ORDER BY p.failed_at, p.key))[1] AS error_code
           FROM ( SELECT r.key,
                    r.number_id,
                    r.direction,
                    r.kind,
                    r.id,
                    r.message_id,
                    r.correlation_id,
                    r."from",
                    r."to",
                    r.type,
                    r.content,
                    r.media_link,
                    r.media_type,
                    r.media_caption,
                    r.media_filename,
                    r.participant_name,
                    r.group_id,
                    r.group_name,
                    r.newsletter_id,
                    r.newsletter_name,
                    r.is_reply,
                    r.quoted_message_id,
                    r.content_replied,
                    r.error,
                    r.error_code,
                    r.queued_at,
                    r.sent_at,
                    r.delivered_at,
                    r.read_at,
                    r.failed_at,
                    r.received_at,
                    r.created_at,
                    r.updated_at,
                    r.contact
                   FROM public.messages r
                  WHERE ((r.message_id = m.message_id) AND (r.id IS NULL) AND (r.direction = 'outbound'::text) AND (r.number_id = ANY (ARRAY[''::text, m.number_id])))
                UNION ALL
                 SELECT s.key,
                    s.number_id,
                    s.direction,
                    s.kind,
                    s.id,
                    s.message_id,
                    s.correlation_id,
                    s."from",
                    s."to",
                    s.type,
                    s.content,
                    s.media_link,
                    s.media_type,
                    s.media_caption,
                    s.media_filename,
                    s.participant_name,
                    s.group_id,
                    s.group_name,
                    s.newsletter_id,
                    s.newsletter_name,
                    s.is_reply,
                    s.quoted_message_id,
                    s.content_replied,
                    s.error,
                    s.error_code,
                    s.queued_at,
                    s.sent_at,
                    s.delivered_at,
                    s.read_at,
                    s.failed_at,
                    s.received_at,
                    s.created_at,
                    s.updated_at,
                    s.contact
                   FROM public.messages s
                  WHERE ((s.id = m.id) AND (s.number_id = ''::text) AND (s.direction = 'outbound'::text) AND (m.number_id <> ''::text))) p
          WHERE ((m.direction = 'outbound'::text) AND (m.id IS NOT NULL))) f ON (true));
CREATE VIEW public.reply_originals AS
 SELECT r.key AS reply_key,
    o.key AS original_key,
    o.matched_by
   FROM (public.messages r
     CROSS JOIN LATERAL ( SELECT c.key,
            c.matched_by
           FROM ( SELECT q.key,
                    q.id,
                    q.created_at,
                    'quotedMessageId'::text AS matched_by,
                    1 AS rank
                   FROM public.messages q
                  WHERE ((q.message_id = r.quoted_message_id) AND ((q.number_id || ''::text) = r.number_id) AND ((q.direction || ''::text) = 'outbound'::text))
                UNION ALL
                 SELECT s.key,
                    s.id,
                    s.created_at,
                    'correlationId'::text,
                    2
                   FROM public.messages s
                  WHERE ((s.correlation_id = r.correlation_id) AND ((s.number_id || ''::text) = r.number_id) AND ((s.direction || ''::text) = 'outbound'::text))
                UNION ALL
                 SELECT s.key,
                    s.id,
                    s.created_at,
                    'correlationId'::text,
                    2
                   FROM (public.messages n
                     JOIN public.messages s ON (((s.id = n.id) AND ((s.number_id || ''::text) = r.number_id) AND ((s.direction || ''::text) = 'outbound'::text))))
                  WHERE ((n.correlation_id = r.correlation_id) AND ((n.number_id || ''::text) = ''::text) AND ((n.direction || ''::text) = 'outbound'::text))) c
          ORDER BY c.rank, (c.id IS NULL), c.created_at DESC, c.key DESC
         LIMIT 1) o)
  WHERE (r.is_reply AND ((r.direction || ''::text) = 'inbound'::text));
CREATE VIEW public.message_reads AS
 SELECT m.key,
    m.number_id,
    m.direction,
    m.kind,
    m.id,
    m.message_id,
    m.contact,
    m."from",
    m.created_at,
    m.participant_name,
    m.group_id,
    m.group_name,
    m.newsletter_id,
    m.newsletter_name,
    m.media_link,
    m.media_type,
    m.media_caption,
    m.media_filename,
    m.is_reply,
    m.quoted_message_id,
    m.content_replied,
    m.correlation_id,
    m."to",
    m.type,
    m.content,
    m.error,
    m.error_code,
    m.queued_at,
    m.sent_at,
    m.delivered_at,
    m.read_at,
    m.failed_at,
    m.received_at,
    m.own_sent_at,
    m.own_delivered_at,
    m.own_read_at,
    m.own_failed_at,
    m.updated_at,
    m.status,
    m.visible,
    x.matched_by AS original_matched_by,
    o.id AS original_id,
    o.message_id AS original_message_id,
    o.correlation_id AS original_correlation_id,
    o.content AS original_content
   FROM ((public.message_facts m
     LEFT JOIN public.reply_originals x ON ((m.is_reply AND (x.reply_key = m.key))))
     LEFT JOIN public.message_facts o ON ((o.key = x.original_key)));
CREATE TABLE public.processed_events (
    event_id uuid NOT NULL,
    event text NOT NULL,
    merged_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.schema_migrations (
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
INSERT INTO public.conversations VALUES ('num-1', '+5511888880000', '2026-02-24 15:00:07+00');
INSERT INTO public.conversations VALUES ('num-1', '+5511999990000', '2026-02-24 15:00:07+00');
INSERT INTO public.conversations VALUES ('num-1', '120363@g.us', '2026-02-24 15:00:08+00');
INSERT INTO public.forms VALUES ('ca5c9bc8-5507-81aa-a9ce-20bcc56de3c0', 'evt_1', '', 'platform', '2026-02-24 15:00:05+00', '{"form_id":"form-1","answers":{"name":"Ana"}}', '2026-11-30 19:19:44.025888+00');
INSERT INTO public.messages VALUES ('f0ad8bc6-fc30-bb7b-b3b3-78043633f1c7', 'num-1', 'inbound', 'direct', 'reply', 'wa-reply', 'corr-1', '+5511888880000', '+5511999990000', 'text', 'Hi', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, true, 'wa-out', 'Do you confirm?', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-02-24 15:00:07+00', '2026-02-24 15:00:07+00', '2026-02-24 15:00:07+00', DEFAULT, '2026-11-30 19:19:39.1259+00');
INSERT INTO public.messages VALUES ('c0899fd6-249a-3ae9-8b0a-2307d10472cc', 'num-1', 'outbound', 'direct', 'out', 'wa-out', 'corr-1', '+5511888880000', '+5511999990000', 'text', 'Hi', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, NULL, NULL, NULL, NULL, NULL, '2026-02-24 15:00:05+00', '2026-02-24 15:00:06+00', '2026-02-24 15:00:10+00', NULL, NULL, '2026-02-24 15:00:05+00', '2026-02-24 15:00:10+00', DEFAULT, '2026-11-30 19:19:39.116914+00');
INSERT INTO public.messages VALUES ('19b5044c-a2a3-f2fd-8a8a-bbb7c97d11d8', 'num-1', 'outbound', 'direct', 'bad', 'wa-bad', NULL, '+5511888880000', '+5511999990000', 'text', 'Hi', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, NULL, NULL, 'Failed to send message.', 'DELIVER_NOT_CONFIRMED', NULL, NULL, NULL, NULL, '2026-02-24 15:00:07+00', NULL, '2026-02-24 15:00:07+00', '2026-02-24 15:00:07+00', DEFAULT, '2026-11-30 19:19:39.336594+00');
INSERT INTO public.messages VALUES ('3f12cd5c-a4ed-3c9c-9398-d8acb28e1f9d', 'num-1', 'inbound', 'direct', 'in', 'wa-in', NULL, '+5511888880000', '+5511999990000', 'text', 'Hi', 'https://example.com/a.jpg', 'image', 'Look', 'a.jpg', NULL, NULL, NULL, NULL, NULL, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-02-24 15:00:07+00', '2026-02-24 15:00:07+00', '2026-02-24 15:00:07+00', DEFAULT, '2026-11-30 19:19:39.572285+00');
INSERT INTO public.messages VALUES ('37470816-81ec-ffe3-b503-5edb87323ca6', 'num-1', 'inbound', 'group', 'group', 'wa-group', NULL, '+5511888880000', '+5511999990000', 'text', 'Hi', NULL, NULL, NULL, NULL, NULL, '120363@g.us', 'My Group', NULL, NULL, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-02-24 15:00:08+00', '2026-02-24 15:00:08+00', '2026-02-24 15:00:08+00', DEFAULT, '2026-11-30 19:19:39.747248+00');
INSERT INTO public.processed_events VALUES ('498849ab-4f45-8a86-b4ab-97aafe48783e', 'message.read', '2026-11-30 19:19:39.116914+00');
INSERT INTO public.processed_events VALUES ('68d73df8-f903-8fd7-aab0-fd72a1059399', 'message.reply', '2026-11-30 19:19:39.1259+00');
INSERT INTO public.processed_events VALUES ('b529d011-5373-811d-a7c2-f9f76500553e', 'message.sent', '2026-11-30 19:19:39.20838+00');
INSERT INTO public.processed_events VALUES ('df5bb324-f6d3-8edc-94a2-c65dc1e767b6', 'message.delivered', '2026-11-30 19:19:39.20838+00');
INSERT INTO public.processed_events VALUES ('033e26f1-dc6d-8440-82f4-63e804a27b6b', 'message.failed', '2026-11-30 19:19:39.336594+00');
INSERT INTO public.processed_events VALUES ('c32d1730-1365-8c91-b3b1-9de6d2907cab', 'message.received', '2026-11-30 19:19:39.572285+00');
INSERT INTO public.processed_events VALUES ('b3785109-7e90-8316-896f-5054cc6f7646', 'message.group', '2026-11-30 19:19:39.747248+00');
INSERT INTO public.processed_events VALUES ('ca5c9bc8-5507-81aa-a9ce-20bcc56de3c0', 'form.submitted', '2026-11-30 19:19:44.025888+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Messaging.Data.Migrations.001_messages.sql', '2026-11-30 19:19:12.771109+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Messaging.Data.Migrations.002_reading.sql', '2026-11-30 19:19:12.985222+00');
INSERT INTO public.schema_migrations VALUES ('PilotHooks.Messaging.Data.Migrations.003_retention.sql', '2026-11-30 19:19:13.110257+00');
ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (number_id, contact);
ALTER TABLE ONLY public.forms
    ADD CONSTRAINT forms_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (scope, key);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (key);
ALTER TABLE ONLY public.processed_events
    ADD CONSTRAINT processed_events_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);
CREATE INDEX conversations_by_contact ON public.conversations USING btree (contact);
CREATE INDEX conversations_by_number ON public.conversations USING btree (number_id, last_message_at, contact);
CREATE INDEX conversations_by_time ON public.conversations USING btree (last_message_at, number_id, contact);
CREATE INDEX forms_by_number ON public.forms USING btree (number_id, submitted_at, event_id);
CREATE INDEX forms_by_time ON public.forms USING btree (submitted_at, event_id);
CREATE INDEX forms_with_fields ON public.forms USING btree (stored_at) WHERE (fields IS NOT NULL);
CREATE INDEX idempotency_keys_age ON public.idempotency_keys USING btree (started_at);
CREATE INDEX messages_by_contact ON public.messages USING btree (number_id, contact, direction, created_at, key);
CREATE INDEX messages_by_correlation_id ON public.messages USING btree (correlation_id) WHERE (correlation_id IS NOT NULL);
CREATE INDEX messages_by_id ON public.messages USING btree (id) WHERE (id IS NOT NULL);
CREATE INDEX messages_by_message_id ON public.messages USING btree (message_id) WHERE (message_id IS NOT NULL);
CREATE INDEX messages_by_number ON public.messages USING btree (number_id, direction, created_at, key);
CREATE INDEX messages_by_quoted_message_id ON public.messages USING btree (quoted_message_id) WHERE (quoted_message_id IS NOT NULL);
CREATE INDEX messages_by_time ON public.messages USING btree (direction, created_at, key);
CREATE INDEX messages_failed ON public.messages USING btree (created_at, key) WHERE (failed_at IS NOT NULL);
CREATE INDEX messages_with_content ON public.messages USING btree (stored_at) WHERE (COALESCE(content, content_replied, media_link, media_type, media_caption, media_filename) IS NOT NULL);
CREATE INDEX messages_without_id ON public.messages USING btree (message_id) WHERE ((id IS NULL) AND (direction = 'outbound'::text));
CREATE INDEX messages_without_number ON public.messages USING btree (id) WHERE ((number_id = ''::text) AND (direction = 'outbound'::text));
CREATE INDEX processed_events_age ON public.processed_events USING brin (merged_at);
