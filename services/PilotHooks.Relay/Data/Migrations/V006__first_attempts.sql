-- Archived events whose first attempts a replica makes before it writes their deliveries, a row for each batch. The row goes
-- with the writing; one that is left when its lease ends belongs to a replica that died, and another makes the deliveries.
CREATE TABLE first_attempts (
    id uuid PRIMARY KEY,
    event_ids uuid[] NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
