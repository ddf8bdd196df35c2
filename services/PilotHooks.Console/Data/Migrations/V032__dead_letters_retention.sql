-- A dead letter outlives its content; then it can be looked at, and not be replayed.
ALTER TABLE dead_letters ALTER COLUMN payload DROP NOT NULL;

-- Age is counted from when a row was stored; those of before are as old as this.
ALTER TABLE dead_letters ADD COLUMN stored_at timestamptz NOT NULL DEFAULT now();

CREATE INDEX dead_letters_content ON dead_letters (stored_at) WHERE payload IS NOT NULL;
CREATE INDEX dead_letters_age ON dead_letters (stored_at);
