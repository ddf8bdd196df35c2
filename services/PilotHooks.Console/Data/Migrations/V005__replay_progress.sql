-- What the queue of a requested one did not take, and finding the ones of the latest request: how far a replay of many is.
ALTER TABLE dead_letters ADD COLUMN replay_refused_at timestamptz;

CREATE INDEX dead_letters_replays ON dead_letters (replay_requested_at) WHERE replay_requested_at IS NOT NULL;
