-- evolve-tx-off: an index that is built while others write cannot be built within a transaction.
CREATE INDEX CONCURRENTLY IF NOT EXISTS counted_notes ON counted (note);
