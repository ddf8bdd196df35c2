-- evolve-tx-off
-- Those few.
CREATE INDEX CONCURRENTLY IF NOT EXISTS messages_erased ON messages (key) WHERE erased_at IS NOT NULL;
