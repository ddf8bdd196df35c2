-- One row per event: the truth, from which everything else is derived.
CREATE TABLE number_events (
    event_id uuid PRIMARY KEY,
    number_id text COLLATE "C" NOT NULL,
    event text NOT NULL,
    at timestamptz NOT NULL,
    -- Orders the events of one moment, and ends in the event id: (at, place) is a total order.
    place text COLLATE "C" NOT NULL,
    state text,
    health text,
    phone text,
    display_name text,
    profile_name text,
    error text,
    error_code text
);

CREATE UNIQUE INDEX number_events_order ON number_events (number_id, at, place);
CREATE INDEX number_events_states ON number_events (number_id, at, place) INCLUDE (state) WHERE state IS NOT NULL;
CREATE INDEX number_events_health ON number_events (number_id, at, place) INCLUDE (health) WHERE health IS NOT NULL;
CREATE INDEX number_events_profiles ON number_events (number_id, at, place) WHERE profile_name IS NOT NULL;

-- What the events of each number come to; refreshed with every merge, so that the list reads rows and no histories.
CREATE TABLE numbers (
    number_id text COLLATE "C" PRIMARY KEY,
    phone text,
    display_name text,
    profile_name text,
    state text NOT NULL DEFAULT 'created',
    health text NOT NULL DEFAULT 'healthy',
    since timestamptz NOT NULL DEFAULT 'infinity',
    health_since timestamptz NOT NULL DEFAULT 'infinity',
    error text,
    error_code text,
    first_event_at timestamptz NOT NULL DEFAULT 'infinity',
    last_event_at timestamptz NOT NULL DEFAULT 'infinity'
);

CREATE INDEX numbers_newest ON numbers (first_event_at DESC, number_id DESC);
