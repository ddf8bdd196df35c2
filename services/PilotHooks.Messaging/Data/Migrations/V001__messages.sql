-- One row per message, merged from its events by rules that do not depend on their order (MessageChange.Merge says which).
-- COLLATE "C": the rules compare text by its bytes, here and in MessageChange alike.
-- number_id is '' where no number is known, so that rows without one compare equal.
-- Half of each page stays free: a batch of statuses updates most rows of a page at once, and as long as the new
-- versions fit beside the old ones (HOT) no index is written. So no index has a column that statuses change, but for
-- failed_at, which few do.
CREATE TABLE messages (
    key               uuid PRIMARY KEY,
    number_id         text COLLATE "C" NOT NULL,
    direction         text COLLATE "C" NOT NULL,
    kind              text COLLATE "C" NOT NULL,
    id                text COLLATE "C",
    message_id        text COLLATE "C",
    correlation_id    text COLLATE "C",
    "from"            text COLLATE "C",
    "to"              text COLLATE "C",
    type              text COLLATE "C",
    content           text COLLATE "C",
    media_link        text COLLATE "C",
    media_type        text COLLATE "C",
    media_caption     text COLLATE "C",
    media_filename    text COLLATE "C",
    participant_name  text COLLATE "C",
    group_id          text COLLATE "C",
    group_name        text COLLATE "C",
    newsletter_id     text COLLATE "C",
    newsletter_name   text COLLATE "C",
    is_reply          boolean NOT NULL,
    quoted_message_id text COLLATE "C",
    content_replied   text COLLATE "C",
    error             text COLLATE "C",
    error_code        text COLLATE "C",
    queued_at         timestamptz,
    sent_at           timestamptz,
    delivered_at      timestamptz,
    read_at           timestamptz,
    failed_at         timestamptz,
    received_at       timestamptz,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    -- The other side of the conversation.
    contact           text COLLATE "C" GENERATED ALWAYS AS (COALESCE(group_id, newsletter_id, CASE direction WHEN 'inbound' THEN "from" ELSE "to" END)) STORED
) WITH (fillfactor = 50);

-- The direction leads in the lists' indexes, so that the few replies to a million notifications are found at once; a
-- list of both directions merges two scans.
CREATE INDEX messages_by_time ON messages (direction, created_at, key);
CREATE INDEX messages_by_number ON messages (number_id, direction, created_at, key);
CREATE INDEX messages_by_contact ON messages (number_id, contact, direction, created_at, key);
CREATE INDEX messages_failed ON messages (created_at, key) WHERE failed_at IS NOT NULL;
CREATE INDEX messages_by_id ON messages (id) WHERE id IS NOT NULL;
CREATE INDEX messages_by_message_id ON messages (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX messages_by_correlation_id ON messages (correlation_id) WHERE correlation_id IS NOT NULL;
CREATE INDEX messages_by_quoted_message_id ON messages (quoted_message_id) WHERE quoted_message_id IS NOT NULL;
-- Fragments (V002__reading.sql says what they are), which most messages do not have: small, or empty.
CREATE INDEX messages_without_id ON messages (message_id) WHERE id IS NULL AND direction = 'outbound';
CREATE INDEX messages_without_number ON messages (id) WHERE number_id = '' AND direction = 'outbound';

-- A contact of a number, and the created_at of the newest message between them. Written for new messages only, never
-- for the statuses that follow.
CREATE TABLE conversations (
    number_id       text COLLATE "C" NOT NULL,
    contact         text COLLATE "C" NOT NULL,
    last_message_at timestamptz NOT NULL,
    PRIMARY KEY (number_id, contact)
) WITH (fillfactor = 80);

CREATE INDEX conversations_by_time ON conversations (last_message_at, number_id, contact);
CREATE INDEX conversations_by_number ON conversations (number_id, last_message_at, contact);
CREATE INDEX conversations_by_contact ON conversations (contact);

-- Which events are in: written in the transaction of their merge.
CREATE TABLE processed_events (
    event_id  uuid PRIMARY KEY,
    event     text NOT NULL,
    merged_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE forms (
    event_id     uuid PRIMARY KEY,
    id           text,
    number_id    text COLLATE "C" NOT NULL,
    source       text NOT NULL,
    submitted_at timestamptz NOT NULL,
    -- As received. Not json or jsonb: those refuse or change what a provider may send.
    fields       text NOT NULL
);

CREATE INDEX forms_by_time ON forms (submitted_at, event_id);
CREATE INDEX forms_by_number ON forms (number_id, submitted_at, event_id);

-- What was answered under an Idempotency-Key. A row without an answer is a send under way, or one whose end is unknown.
CREATE TABLE idempotency_keys (
    -- The number that the caller's key is bound to, '' for a tenant's key: callers of different numbers share no keys.
    scope          text COLLATE "C" NOT NULL,
    key            text COLLATE "C" NOT NULL,
    request_hash   bytea NOT NULL,
    started_at     timestamptz NOT NULL,
    answered_at    timestamptz,
    id             text,
    correlation_id text,
    PRIMARY KEY (scope, key)
);
