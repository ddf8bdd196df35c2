-- Erasures of people, and how far each is. While one is under way the number or id lies here encrypted; nothing of it afterwards.
CREATE TABLE contact_erasures (
    id uuid PRIMARY KEY,
    tombstone bytea NOT NULL,
    contact bytea,
    requested_at timestamptz NOT NULL,
    finished_at timestamptz,
    -- The services that are not done.
    waiting text[] NOT NULL,
    -- Rows by service.
    erased jsonb NOT NULL DEFAULT '{}'
);

CREATE UNIQUE INDEX contact_erasures_running ON contact_erasures (tombstone) WHERE finished_at IS NULL;
CREATE INDEX contact_erasures_age ON contact_erasures (finished_at) WHERE finished_at IS NOT NULL;
