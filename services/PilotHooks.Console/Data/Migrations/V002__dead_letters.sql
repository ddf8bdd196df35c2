CREATE TABLE dead_letters (
    id uuid PRIMARY KEY,
    -- Hash of what makes one failure of one message; the same delivery, drained twice, is one row.
    delivery_key bytea NOT NULL UNIQUE,
    -- The queue whose consumer failed, and to which a replay goes back.
    queue text NOT NULL,
    event_id uuid,
    event text,
    source text,
    number_id text,
    reason text,
    exception_type text,
    failed_at timestamptz NOT NULL,
    payload bytea NOT NULL,
    properties jsonb NOT NULL,
    headers jsonb NOT NULL,
    -- Asked for, and done by the background replay of any replica.
    replay_requested_at timestamptz,
    replayed_at timestamptz
);

CREATE INDEX dead_letters_open ON dead_letters (failed_at DESC, id DESC) WHERE replayed_at IS NULL;
CREATE INDEX dead_letters_requested ON dead_letters (failed_at, id) WHERE replay_requested_at IS NOT NULL AND replayed_at IS NULL;
CREATE INDEX dead_letters_replayed ON dead_letters (replayed_at) WHERE replayed_at IS NOT NULL;
