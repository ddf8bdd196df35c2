-- evolve-tx-off
-- Whoever filters events by name or source reads the newest of each kind (source and name) that there is from this, instead of
-- walking through all the others.
CREATE INDEX CONCURRENTLY IF NOT EXISTS events_kinds ON events (source, event, received_at, event_id);
