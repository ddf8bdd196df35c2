-- Age is counted from when a row was stored, by our clock: a provider's time may be anything.
ALTER TABLE messages ADD COLUMN stored_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE forms ADD COLUMN stored_at timestamptz NOT NULL DEFAULT now();
-- Null once they are no longer kept.
ALTER TABLE forms ALTER COLUMN fields DROP NOT NULL;

-- The rows that still have content, so that looking for old ones walks past none that has not. Statuses do not change
-- what these are made of.
CREATE INDEX messages_with_content ON messages (stored_at)
    WHERE COALESCE(content, content_replied, media_link, media_type, media_caption, media_filename) IS NOT NULL;
CREATE INDEX forms_with_fields ON forms (stored_at) WHERE fields IS NOT NULL;
CREATE INDEX processed_events_age ON processed_events USING brin (merged_at);
CREATE INDEX idempotency_keys_age ON idempotency_keys (started_at);
