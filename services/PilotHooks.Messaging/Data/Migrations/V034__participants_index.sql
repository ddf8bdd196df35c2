-- evolve-tx-off
-- What somebody wrote in groups and newsletters. Messages between a contact and us are found by their conversation.
CREATE INDEX CONCURRENTLY IF NOT EXISTS messages_participants ON messages ("from") WHERE kind <> 'direct';
