-- Which call a key belongs to: 'c:' the provider's id, 'w:' Meta's, 'p:' the two parties where there is no id.
-- call_key is the first of all keys of the call.
CREATE TABLE call_aliases (
    key text COLLATE "C" PRIMARY KEY,
    call_key text COLLATE "C" NOT NULL
);

CREATE INDEX call_aliases_calls ON call_aliases (call_key);

-- One row per event, and per entry of a native envelope: the truth, from which everything else is derived.
CREATE TABLE call_events (
    event_id uuid NOT NULL,
    entry integer NOT NULL,
    call_key text COLLATE "C" NOT NULL,
    -- 0 call.*, 1 native call, 2 native status: the first that says something is believed.
    origin smallint NOT NULL,
    at timestamptz NOT NULL,
    event text NOT NULL,
    call_id text COLLATE "C",
    external_call_id text COLLATE "C",
    number_id text,
    direction text,
    status text COLLATE "C",
    status_rank smallint NOT NULL,
    "from" text,
    "to" text,
    ringing_at timestamptz,
    connected_at timestamptz,
    ended_at timestamptz,
    missed_at timestamptz,
    duration_seconds integer,
    sdp_type text,
    sdp text,
    PRIMARY KEY (event_id, entry)
);

CREATE INDEX call_events_calls ON call_events (call_key, at);

-- What the events of each call come to; refreshed with every merge, so that the list reads rows and no events.
CREATE TABLE calls (
    key text COLLATE "C" PRIMARY KEY,
    call_id text,
    external_call_id text,
    number_id text,
    direction text,
    status text,
    "from" text,
    "to" text,
    ringing_at timestamptz,
    connected_at timestamptz,
    ended_at timestamptz,
    missed_at timestamptz,
    duration_seconds integer,
    signals integer NOT NULL,
    first_event_at timestamptz NOT NULL
);

CREATE INDEX calls_newest ON calls (first_event_at DESC, key DESC);
CREATE INDEX calls_numbers ON calls (number_id, first_event_at DESC, key DESC);
CREATE INDEX calls_statuses ON calls (status, first_event_at DESC, key DESC);
CREATE INDEX calls_callers ON calls ("from", first_event_at DESC);
CREATE INDEX calls_callees ON calls ("to", first_event_at DESC);

-- Phones that calls have shown to be the business's own.
CREATE TABLE own_phones (
    phone text COLLATE "C" PRIMARY KEY
);

-- One row per event; whose permission it is depends on own_phones and is answered when read.
CREATE TABLE call_permissions (
    event_id uuid PRIMARY KEY,
    number_id text,
    status text NOT NULL,
    "from" text,
    "to" text,
    at timestamptz NOT NULL
);

CREATE INDEX call_permissions_from ON call_permissions ("from", at DESC);
CREATE INDEX call_permissions_to ON call_permissions ("to", at DESC);
