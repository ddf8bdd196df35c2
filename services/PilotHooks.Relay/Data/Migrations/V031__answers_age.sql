-- evolve-tx-off
-- For answers of subscribers that reach the end of their age.
CREATE INDEX CONCURRENTLY IF NOT EXISTS attempts_answers ON attempts (at) WHERE response IS NOT NULL;
