-- Archived events that the ingress could not read, and why. A table of its own, so that nothing is added to every event, and
-- a large archive is neither rewritten nor locked for an index.
CREATE TABLE unrecognized_events (
    event_id uuid PRIMARY KEY,
    received_at timestamptz NOT NULL,
    reason text NOT NULL
);

CREATE INDEX unrecognized_events_received ON unrecognized_events (received_at, event_id);
