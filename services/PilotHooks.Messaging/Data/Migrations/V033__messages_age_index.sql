-- evolve-tx-off
-- For what reaches the end of its age: rows lie about in the order in which they were stored, so this costs next to nothing.
CREATE INDEX CONCURRENTLY IF NOT EXISTS messages_age ON messages USING brin (stored_at);
