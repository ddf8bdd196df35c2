CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    -- The only number the key may see; null for a tenant's key.
    number_id text,
    -- SHA-256 of the key. The key itself is stored nowhere.
    hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL
);

CREATE INDEX api_keys_newest ON api_keys (created_at DESC, id DESC);
