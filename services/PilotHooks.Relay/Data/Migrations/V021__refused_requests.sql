-- The latest requests that the ingress refused, so that one that was refused by mistake is not lost.
CREATE TABLE refused_requests (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    -- Whose part of the log it takes: the source's, or for all names that no source has the empty text.
    share text NOT NULL,
    at timestamptz NOT NULL,
    status int NOT NULL,
    reason text NOT NULL,
    bytes bigint,
    payload bytea,
    accepted_at timestamptz
);

CREATE INDEX refused_requests_at ON refused_requests (at, id);
CREATE INDEX refused_requests_share ON refused_requests (share, at, id);

-- When each source last had something refused, or kept without being understood: the first in an hour is told.
CREATE TABLE intake_troubles (
    source text NOT NULL,
    trouble text NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (source, trouble)
);

-- When each source spoke first and last, and since when it is known to be silent.
CREATE TABLE source_activity (
    source text PRIMARY KEY,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    silent_since timestamptz
);

-- How long each source was silent at most on each day.
CREATE TABLE source_gaps (
    source text NOT NULL,
    day date NOT NULL,
    longest interval NOT NULL,
    PRIMARY KEY (source, day)
);
