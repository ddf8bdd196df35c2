-- evolve-tx-off
-- The same for the events of one number.
CREATE INDEX CONCURRENTLY IF NOT EXISTS events_number_kinds ON events (number_id, source, event, received_at, event_id) WHERE number_id IS NOT NULL;
