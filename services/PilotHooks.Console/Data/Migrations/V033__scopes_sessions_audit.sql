ALTER TABLE api_keys
    ADD COLUMN scope text NOT NULL DEFAULT 'full' CHECK (scope IN ('full', 'read')),
    ADD COLUMN expires_at timestamptz,
    -- Written every few seconds for all keys together.
    ADD COLUMN last_used_at timestamptz;

CREATE TABLE sessions (
    -- SHA-256 of the id that the browser's cookie holds.
    id bytea PRIMARY KEY,
    key_id text NOT NULL,
    started_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX sessions_expiry ON sessions (expires_at);

-- The printed links of local runs, by SHA-256.
CREATE TABLE sign_in_links (
    hash bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);

-- Who did what.
CREATE TABLE audit (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    object text,
    before jsonb,
    after jsonb
);

CREATE INDEX audit_newest ON audit (at DESC, id DESC);
CREATE INDEX audit_of_actor ON audit (actor, at DESC, id DESC);
CREATE INDEX audit_of_action ON audit (action, at DESC, id DESC);

-- What somebody is about to do. It becomes a record when it is done, or when nobody can say any more whether it was.
CREATE TABLE audit_intents (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    object text,
    before jsonb
);

CREATE FUNCTION refuse_to_change_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Only what erases by age says so, and only what is old enough may go.
    IF TG_OP = 'DELETE' THEN
        IF current_setting('pilothooks.audit_retention', true) = 'on' AND OLD.at < now() - interval '90 days' THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'The audit is append-only.' USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_to_change_audit();
CREATE TRIGGER audit_is_not_truncated BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_audit();
