-- A run stays when all is put back, until that has been attempted: put_back_at is when its last step was taken.
ALTER TABLE retry_runs ADD COLUMN put_back_at timestamptz;
