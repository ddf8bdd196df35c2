-- How many deliveries each endpoint has of each status, so that nobody counts rows by the million. Triggers note what every
-- statement changes in the statement's own transaction, so the sums are exact whatever it was: an archived event, an outcome,
-- a retry, a test, the retention. They only append, so that no row makes workers wait for each other; what has been noted is
-- folded into the counts every few seconds, and a reader adds the two.
CREATE TABLE delivery_counts (
    endpoint_id text NOT NULL,
    status text NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (endpoint_id, status)
) WITH (fillfactor = 50);

CREATE TABLE delivery_count_changes (
    endpoint_id text NOT NULL,
    status text NOT NULL,
    change bigint NOT NULL
);

CREATE FUNCTION note_deliveries_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO delivery_count_changes
    SELECT endpoint_id, status, count(*) FROM now_there GROUP BY endpoint_id, status;
    RETURN NULL;
END $$;

-- A claim changes no status, and notes nothing.
CREATE FUNCTION note_deliveries_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO delivery_count_changes
    SELECT endpoint_id, status, sum(change)
    FROM (SELECT endpoint_id, status, 1 AS change FROM now_there UNION ALL SELECT endpoint_id, status, -1 FROM there_before) c
    GROUP BY endpoint_id, status HAVING sum(change) <> 0;
    RETURN NULL;
END $$;

CREATE FUNCTION note_deliveries_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO delivery_count_changes
    SELECT endpoint_id, status, -count(*) FROM there_before GROUP BY endpoint_id, status;
    RETURN NULL;
END $$;

CREATE TRIGGER deliveries_inserted AFTER INSERT ON deliveries
    REFERENCING NEW TABLE AS now_there FOR EACH STATEMENT EXECUTE FUNCTION note_deliveries_inserted();
CREATE TRIGGER deliveries_updated AFTER UPDATE ON deliveries
    REFERENCING OLD TABLE AS there_before NEW TABLE AS now_there FOR EACH STATEMENT EXECUTE FUNCTION note_deliveries_updated();
CREATE TRIGGER deliveries_deleted AFTER DELETE ON deliveries
    REFERENCING OLD TABLE AS there_before FOR EACH STATEMENT EXECUTE FUNCTION note_deliveries_deleted();

-- Making the triggers has locked writers out, so nothing falls between them and this.
INSERT INTO delivery_counts SELECT endpoint_id, status, count(*) FROM deliveries GROUP BY endpoint_id, status;
