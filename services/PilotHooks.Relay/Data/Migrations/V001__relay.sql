-- What a user subscribed. Removing the row ends everything of it at once; what hangs on it is cleared away in small batches.
CREATE TABLE endpoints (
    id text PRIMARY KEY,
    url text NOT NULL,
    name text NOT NULL,
    description text,
    events text[] NOT NULL,
    active boolean NOT NULL DEFAULT true,
    paused_reason text,
    number_id text,
    rate_limit int,
    format text NOT NULL,
    signature text NOT NULL,
    secret bytea NOT NULL,
    old_secret bytea,
    old_secret_until timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

-- How its deliveries fare, apart from the row above because workers write it.
CREATE TABLE endpoint_states (
    endpoint_id text PRIMARY KEY,
    tokens double precision NOT NULL DEFAULT 0,
    tokens_at timestamptz NOT NULL DEFAULT 'epoch',
    held_until timestamptz,
    circuit_until timestamptz,
    failures int NOT NULL DEFAULT 0,
    failing_since timestamptz,
    last_failure_at timestamptz
) WITH (fillfactor = 50);

-- The archive: each event once, its body as the provider sent it, null once its content is no longer kept.
CREATE TABLE events (
    event_id uuid PRIMARY KEY,
    kind text NOT NULL,
    event text NOT NULL,
    source text NOT NULL,
    number_id text,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    archived_at timestamptz NOT NULL DEFAULT now(),
    traceparent text,
    payload bytea
);

CREATE INDEX events_received ON events (received_at, event_id);
CREATE INDEX events_number ON events (number_id, received_at, event_id) WHERE number_id IS NOT NULL;
CREATE INDEX events_content ON events (received_at) WHERE payload IS NOT NULL;

-- One row for each endpoint and event. due_at is when the next attempt may start, null once the delivery has ended.
-- A lease is no indexed column, so that taking one leaves every index alone.
CREATE TABLE deliveries (
    id uuid PRIMARY KEY,
    endpoint_id text NOT NULL,
    event_id uuid NOT NULL,
    event text NOT NULL,
    status text NOT NULL DEFAULT 'pending',
    attempts int NOT NULL DEFAULT 0,
    step int NOT NULL DEFAULT 0,
    due_at timestamptz,
    urgent boolean NOT NULL DEFAULT false,
    lease uuid,
    leased_until timestamptz,
    size int NOT NULL,
    body bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (event_id, endpoint_id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

CREATE INDEX deliveries_due ON deliveries (endpoint_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_urgent ON deliveries (due_at) WHERE urgent;
CREATE INDEX deliveries_status ON deliveries (endpoint_id, status, created_at);
CREATE INDEX deliveries_age ON deliveries USING brin (created_at);

-- The id is the lease under which the attempt was made, so that recording it twice records it once.
CREATE TABLE attempts (
    delivery_id uuid NOT NULL,
    id uuid NOT NULL,
    endpoint_id text NOT NULL,
    event_id uuid NOT NULL,
    event text NOT NULL,
    number int NOT NULL,
    at timestamptz NOT NULL,
    succeeded boolean NOT NULL,
    status_code int,
    error text,
    response text,
    duration_ms int NOT NULL,
    format text NOT NULL,
    PRIMARY KEY (delivery_id, id)
);

CREATE INDEX attempts_endpoint ON attempts (endpoint_id, at, id);
CREATE INDEX attempts_age ON attempts USING brin (at);

CREATE TABLE data_protection_keys (
    name text PRIMARY KEY,
    xml text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Endpoints that were deleted and whose deliveries are not cleared away yet.
CREATE TABLE removed_endpoints (
    endpoint_id text PRIMARY KEY,
    removed_at timestamptz NOT NULL DEFAULT now()
);
