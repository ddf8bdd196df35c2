-- Who was erased, as an HMAC of the number or id, and until when: what occurred before that is left out of every merge.
CREATE TABLE erased_contacts (
    tombstone bytea PRIMARY KEY,
    erased_at timestamptz NOT NULL,
    is_phone boolean NOT NULL
);

-- One row. The version grows with every erasure; the salt is a part of the key of each tombstone.
CREATE TABLE erasure_state (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version bigint NOT NULL DEFAULT 0,
    salt bytea NOT NULL DEFAULT decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')
);

INSERT INTO erasure_state DEFAULT VALUES;

-- A merge calls this first, with the version that it left people out by: it shares the lock until its transaction ends.
CREATE FUNCTION check_erasures(known bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(x'65726173657273'::bigint);
    IF (SELECT version FROM erasure_state) <> known THEN
        RAISE EXCEPTION 'Somebody was erased meanwhile.' USING ERRCODE = 'PH001';
    END IF;
END $$;

-- An erasure calls this before it is noted: it waits for the merges under way.
CREATE FUNCTION lock_erasures() RETURNS void LANGUAGE sql AS $$ SELECT pg_advisory_xact_lock(x'65726173657273'::bigint) $$;
