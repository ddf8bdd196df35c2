-- A delivery's id is made of its event's and its endpoint's (DeliveryIds has the same in C#): the first half is the event's,
-- the second the event's with some bits changed, which ones depends on the endpoint. So one unique index does for both, and a
-- delivery costs an entry less.
CREATE FUNCTION delivery_id(event_id uuid, endpoint_id text) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT (left(replace(event_id::text, '-', ''), 16) || lpad(to_hex(
        ('x' || right(replace(event_id::text, '-', ''), 16))::bit(64)::bigint
        # (('x' || left(encode(sha256(convert_to(endpoint_id, 'UTF8')), 'hex'), 16))::bit(64) & x'3fffffffffffffff')::bigint), 16, '0'))::uuid
$$;

-- A first attempt has its delivery's id, as its own and as its lease.
UPDATE attempts SET delivery_id = delivery_id(event_id, endpoint_id), id = CASE WHEN id = delivery_id THEN delivery_id(event_id, endpoint_id) ELSE id END;
UPDATE deliveries SET id = delivery_id(event_id, endpoint_id), lease = CASE WHEN lease = id THEN delivery_id(event_id, endpoint_id) ELSE lease END;
-- Where they had got to was told in the old ids: runs under way look again from the beginning, which changes nothing twice.
UPDATE retry_runs SET after_at = DEFAULT, after_id = DEFAULT WHERE put_back_at IS NULL;

ALTER TABLE deliveries DROP CONSTRAINT deliveries_event_id_endpoint_id_key;

-- Of an event, what still keeps its content from being erased.
CREATE INDEX deliveries_waiting ON deliveries (event_id) WHERE due_at IS NOT NULL;
