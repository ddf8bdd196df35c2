-- How much each caller may still do of what has a quota, and when that was so: the scope is the number of a number's keys, and
-- empty for the keys of all numbers.
CREATE TABLE quota_buckets (
    scope text NOT NULL,
    quota text NOT NULL,
    tokens double precision NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (scope, quota)
) WITH (fillfactor = 50);
