-- Endpoints whose failed deliveries are being put back, some at a time: first those that wait after a failure, then those
-- given up, each in the order of their making. after_at and after_id are where the last step ended.
CREATE TABLE retry_runs (
    endpoint_id text PRIMARY KEY,
    since timestamptz NOT NULL,
    requested_at timestamptz NOT NULL,
    status text NOT NULL DEFAULT 'pending',
    after_at timestamptz NOT NULL DEFAULT '-infinity',
    after_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    total bigint NOT NULL,
    done bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
