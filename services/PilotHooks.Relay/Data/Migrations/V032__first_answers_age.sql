-- evolve-tx-off
-- The same for those of first attempts.
CREATE INDEX CONCURRENTLY IF NOT EXISTS deliveries_answers ON deliveries (first_at) WHERE first_response IS NOT NULL;
