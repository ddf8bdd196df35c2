-- What number.* events said of each number's connection and health, once each: from these an outage is derived, whatever
-- the order of their arrival.
CREATE TABLE number_changes (
    event_id uuid PRIMARY KEY,
    number_id text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    -- Orders the events of one moment, and ends in the event id: (at, place) is a total order.
    place text COLLATE "C" NOT NULL,
    state text,
    health text
);

CREATE UNIQUE INDEX number_changes_order ON number_changes (number_id, at, place);
CREATE INDEX number_changes_states ON number_changes (number_id, at, place) INCLUDE (state) WHERE state IS NOT NULL;
CREATE INDEX number_changes_health ON number_changes (number_id, at, place) INCLUDE (health) WHERE health IS NOT NULL;

-- The outage that each number is in; down_since is null while it is in none. Refreshed with every merge.
CREATE TABLE number_outages (
    number_id text COLLATE "C" PRIMARY KEY,
    down_since timestamptz,
    reason text,
    learned_at timestamptz,
    -- The beginning, as it was known then, of the last outage that was alerted.
    alerted_since timestamptz
);
