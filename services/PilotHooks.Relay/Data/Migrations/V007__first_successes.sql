-- Most deliveries succeed at once. Such an attempt stands in its delivery's own row, written with it in one piece; every other
-- attempt is a row of attempts. Its id is that of the delivery.
ALTER TABLE deliveries
    ADD COLUMN first_at timestamptz,
    ADD COLUMN first_status_code int,
    ADD COLUMN first_response text,
    ADD COLUMN first_duration_ms int,
    ADD COLUMN first_format text;

-- Whoever reads attempts reads this, AND asks for those that have a time (at IS NOT NULL): the others are deliveries without a
-- first success. That condition here, inside, would keep the planner from taking an index of each half, which there is for
-- every way of reading: by delivery, and by endpoint and time.
CREATE VIEW attempt_log AS
SELECT delivery_id, id, endpoint_id, event_id, event, number, at, succeeded, status_code, error, response, duration_ms, format
FROM attempts
UNION ALL
SELECT id, id, endpoint_id, event_id, event, 1, first_at, true, first_status_code, NULL::text, first_response, first_duration_ms, first_format
FROM deliveries;

CREATE INDEX deliveries_first ON deliveries (endpoint_id, first_at, id) WHERE first_at IS NOT NULL;

-- Retries look for what is pending or failed. With the index above, every delivery of an endpoint is in one of both at least.
DROP INDEX deliveries_status;
CREATE INDEX deliveries_status ON deliveries (endpoint_id, status, created_at) WHERE first_at IS NULL OR status <> 'successful';
