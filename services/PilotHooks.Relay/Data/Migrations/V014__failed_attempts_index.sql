-- evolve-tx-off
-- The failed attempts of an endpoint, which may be few among very many.
CREATE INDEX CONCURRENTLY IF NOT EXISTS attempts_failed ON attempts (endpoint_id, at, id) WHERE NOT succeeded;
