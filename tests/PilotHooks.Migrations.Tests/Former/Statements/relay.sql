-- What a replica of the version before writes, as it sent it to the server.
INSERT INTO data_protection_keys (name, xml) VALUES ('key-2b294e2d-111a-4795-bcc1-2af5161e3c4f'::text, '<key id="2b294e2d-111a-4795-bcc1-2af5161e3c4f" version="1"><creationDate>2026-11-30T19:19:15.1785766Z</creationDate><activationDate>2026-11-30T19:19:15.1785766Z</activationDate><expirationDate>2027-02-28T19:19:15.1785766Z</expirationDate><descriptor deserializerType="Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel.AuthenticatedEncryptorDescriptorDeserializer, Microsoft.AspNetCore.DataProtection, Version=10.0.0.0, Culture=neutral, PublicKeyToken=adb9793829ddae60"><descriptor><encryption algorithm="AES_256_CBC" /><validation algorithm="HMACSHA256" /><masterKey p4:requiresEncryption="true" xmlns:p4="http://schemas.asp.net/2015/03/dataProtection"><!-- Warning: the key below is in an unencrypted form. --><value>MI+qCi8dGA3M5klLYlyW73tLUnwfDvM3dhTZ9E85AeLgNu84Hel0NKjCi6bYtjshqM0OtbEZsc5f2CeP2XDNOw==</value></masterKey></descriptor></descriptor></key>'::text) ON CONFLICT (name) DO UPDATE SET xml = excluded.xml;

WITH turn AS MATERIALIZED (
    SELECT pg_try_advisory_xact_lock('109330362692723'::bigint) AS mine
), taken AS (
    DELETE FROM delivery_count_changes
    WHERE ctid = ANY(ARRAY(SELECT c.ctid FROM delivery_count_changes c, turn WHERE turn.mine LIMIT '50000'::bigint))
    RETURNING endpoint_id, status, change
), folded AS (
    INSERT INTO delivery_counts AS c (endpoint_id, status, count)
    SELECT endpoint_id, status, sum(change) FROM taken t
    WHERE EXISTS (SELECT FROM endpoints e WHERE e.id = t.endpoint_id)
    GROUP BY endpoint_id, status
    ON CONFLICT (endpoint_id, status) DO UPDATE SET count = c.count + excluded.count
)
SELECT count(*) FROM taken;

SELECT number_id, down_since, reason, now() AS now
FROM number_outages
WHERE down_since <= now() - '00:05:00'::interval AND learned_at <= now() - '00:00:05'::interval AND (alerted_since IS NULL OR alerted_since < down_since)
ORDER BY number_id LIMIT '100'::bigint FOR UPDATE SKIP LOCKED;

DELETE FROM attempts WHERE ctid = ANY(ARRAY(SELECT ctid FROM attempts WHERE at < now() - '30 days'::interval LIMIT '1000'::bigint));

DELETE FROM deliveries WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM deliveries WHERE created_at < now() - '30 days'::interval AND (leased_until IS NULL OR leased_until <= now())
    LIMIT '1000'::bigint FOR UPDATE SKIP LOCKED));

UPDATE events SET payload = NULL WHERE event_id = ANY(ARRAY(
    SELECT v.event_id FROM events v
    WHERE v.payload IS NOT NULL AND v.received_at < now() - '30 days'::interval AND v.archived_at < (SELECT coalesce(min(made_at), 'infinity') FROM first_attempts)
        AND NOT EXISTS (SELECT FROM deliveries d WHERE d.event_id = v.event_id AND d.due_at IS NOT NULL)
    ORDER BY v.received_at LIMIT '1000'::bigint));

DELETE FROM events WHERE event_id = ANY(ARRAY(
    SELECT v.event_id FROM events v
    WHERE v.received_at < now() - '30 days'::interval AND v.archived_at < (SELECT coalesce(min(made_at), 'infinity') FROM first_attempts)
        AND NOT EXISTS (SELECT FROM deliveries d WHERE d.event_id = v.event_id AND d.due_at IS NOT NULL)
    ORDER BY v.received_at LIMIT '1000'::bigint));

DELETE FROM number_changes WHERE event_id = ANY(ARRAY(
    SELECT c.event_id
    FROM number_changes c
    JOIN number_outages o ON o.number_id = c.number_id
    CROSS JOIN LATERAL (SELECT least(now() - '30 days'::interval, o.down_since) AS before) old
    WHERE c.at < old.before AND EXISTS (
        SELECT FROM number_changes l
        WHERE l.number_id = c.number_id AND (l.state IS NULL) = (c.state IS NULL) AND (l.at, l.place) > (c.at, c.place) AND l.at < old.before)
    LIMIT '1000'::bigint));

DELETE FROM attempts WHERE ctid = ANY(ARRAY(SELECT a.ctid FROM attempts a JOIN removed_endpoints r ON r.endpoint_id = a.endpoint_id LIMIT '1000'::bigint));

WITH kept AS (
    DELETE FROM first_attempts WHERE id = ANY(ARRAY(
        SELECT id FROM first_attempts WHERE leased_until <= now() AND id <> ALL('{}'::uuid[]) ORDER BY leased_until LIMIT '4'::bigint FOR UPDATE SKIP LOCKED))
    RETURNING event_ids
)
SELECT v.event_id, v.event FROM kept CROSS JOIN LATERAL unnest(event_ids) AS k(event_id) JOIN events v ON v.event_id = k.event_id;

WITH run AS MATERIALIZED (
    SELECT * FROM retry_runs WHERE put_back_at IS NULL AND (NULL::text IS NULL OR endpoint_id = NULL::text) ORDER BY requested_at LIMIT 1 FOR UPDATE SKIP LOCKED
), looked AS MATERIALIZED (
    SELECT d.id, d.created_at
    FROM run r CROSS JOIN LATERAL (
        SELECT d.id, d.created_at FROM deliveries d
        WHERE d.endpoint_id = r.endpoint_id AND d.status = r.status AND d.status <> 'successful' AND d.created_at >= greatest(r.since, r.after_at) AND d.created_at <= r.requested_at
            AND (d.created_at, d.id) > (r.after_at, r.after_id)
        ORDER BY d.created_at, d.id LIMIT '500'::bigint) d
), retried AS (
    UPDATE deliveries d
    SET status = 'pending', step = CASE WHEN d.due_at IS NULL THEN 0 ELSE d.step END, due_at = least(d.due_at, now())
    FROM looked l WHERE d.id = l.id AND (d.status = 'failed' OR (d.status = 'pending' AND d.attempts > 0)) AND (d.leased_until IS NULL OR d.leased_until <= now())
    AND d.event <> 'webhook.test'::text AND EXISTS (SELECT FROM events v WHERE v.event_id = d.event_id AND v.payload IS NOT NULL)
    RETURNING 1
), last AS (
    SELECT created_at, id, (SELECT count(*) FROM looked) = '500'::bigint AS more FROM looked ORDER BY created_at DESC, id DESC LIMIT 1
), ahead AS (
    UPDATE retry_runs r
    SET done = least(r.total, r.done + (SELECT count(*) FROM retried)),
        status = CASE WHEN last.more THEN r.status ELSE 'failed' END,
        after_at = CASE WHEN last.more THEN last.created_at ELSE '-infinity' END,
        after_id = CASE WHEN last.more THEN last.id ELSE '00000000-0000-0000-0000-000000000000' END
    FROM run LEFT JOIN last ON true
    WHERE r.endpoint_id = run.endpoint_id AND (last.more OR run.status = 'pending')
), ended AS (
    UPDATE retry_runs r
    SET done = r.done + (SELECT count(*) FROM retried), total = r.done + (SELECT count(*) FROM retried), put_back_at = now()
    FROM run
    WHERE r.endpoint_id = run.endpoint_id AND run.status = 'failed' AND NOT coalesce((SELECT more FROM last), false)
)
SELECT EXISTS (SELECT FROM run);

DELETE FROM deliveries WHERE ctid = ANY(ARRAY(
    SELECT d.ctid
    FROM removed_endpoints r
    CROSS JOIN LATERAL (SELECT d.ctid FROM deliveries d WHERE d.endpoint_id = r.endpoint_id AND (d.first_at IS NULL OR d.status <> 'successful') LIMIT '1000'::bigint) d
    LIMIT '1000'::bigint));

DELETE FROM deliveries WHERE ctid = ANY(ARRAY(
    SELECT d.ctid
    FROM removed_endpoints r
    CROSS JOIN LATERAL (SELECT d.ctid FROM deliveries d WHERE d.endpoint_id = r.endpoint_id AND (d.first_at IS NOT NULL) LIMIT '1000'::bigint) d
    LIMIT '1000'::bigint));

DELETE FROM retry_runs r WHERE r.put_back_at IS NOT NULL AND (SELECT count(*) FILTER (WHERE attempts > 0) FROM (
    SELECT d.attempts FROM deliveries d
    WHERE d.endpoint_id = r.endpoint_id AND d.due_at <= coalesce(r.put_back_at, now())
    ORDER BY d.due_at DESC LIMIT '10000'::bigint) d) = 0;

DELETE FROM delivery_counts c USING removed_endpoints r WHERE r.endpoint_id = c.endpoint_id;

WITH busy AS (
    SELECT * FROM unnest('{}'::text[], '{}'::integer[]) AS b(endpoint_id, room)
), urgent AS (
    SELECT d.id, d.endpoint_id
    FROM deliveries d JOIN endpoints e ON e.id = d.endpoint_id
    WHERE d.urgent AND d.due_at <= now() AND (d.leased_until IS NULL OR ('t'::boolean AND d.leased_until <= now())) AND (e.active OR d.event = 'webhook.test'::text)
    ORDER BY d.due_at LIMIT '16'::bigint
    FOR UPDATE OF d SKIP LOCKED
), callable AS (
    SELECT e.id, e.rate_limit, s.circuit_until IS NOT NULL AS broken, coalesce(b.room, '8'::integer) AS room
    FROM endpoints e
    JOIN endpoint_states s ON s.endpoint_id = e.id
    LEFT JOIN busy b ON b.endpoint_id = e.id
    -- The limit makes this a look at one index entry for each endpoint, however much waits at others.
    CROSS JOIN LATERAL (
        SELECT FROM deliveries d
        WHERE d.endpoint_id = e.id AND d.due_at <= now() AND (d.leased_until IS NULL OR ('t'::boolean AND d.leased_until <= now()))
        ORDER BY d.due_at LIMIT 1) waiting
    WHERE e.active AND coalesce(b.room, '8'::integer) > 0 AND ('t'::boolean OR b.endpoint_id IS NOT NULL)
      AND (s.held_until IS NULL OR s.held_until <= now()) AND (s.circuit_until IS NULL OR s.circuit_until <= now())
), guarded AS (
    -- All replicas share a rate limit, and the one probe of an open circuit: whoever holds the row hands them out.
    SELECT s.endpoint_id, c.broken,
        least(c.rate_limit, s.tokens + greatest(0, extract(epoch FROM now() - s.tokens_at)) * c.rate_limit) AS tokens
    FROM endpoint_states s JOIN callable c ON c.id = s.endpoint_id
    WHERE (c.rate_limit IS NOT NULL OR c.broken) AND (s.circuit_until IS NULL OR s.circuit_until <= now())
    FOR UPDATE OF s SKIP LOCKED
), allowed AS (
    SELECT c.id, least(c.room, CASE WHEN c.broken THEN 1 END, floor(g.tokens)::int) AS quota
    FROM callable c LEFT JOIN guarded g ON g.endpoint_id = c.id
    WHERE g.endpoint_id IS NOT NULL OR (c.rate_limit IS NULL AND NOT c.broken)
), due AS (
    SELECT d.*
    FROM allowed a CROSS JOIN LATERAL (
        SELECT d.id, d.endpoint_id, d.size, d.due_at
        FROM deliveries d
        WHERE d.endpoint_id = a.id AND d.due_at <= now() AND (d.leased_until IS NULL OR ('t'::boolean AND d.leased_until <= now())) AND NOT d.urgent
        ORDER BY d.due_at LIMIT greatest(a.quota, 0)
        FOR UPDATE SKIP LOCKED) d
), turns AS (
    SELECT *, row_number() OVER (PARTITION BY endpoint_id ORDER BY due_at, id) AS turn FROM due
), places AS (
    SELECT id, endpoint_id, row_number() OVER line AS place, sum(size) OVER line - size AS bytes_before
    FROM turns WINDOW line AS (ORDER BY turn, due_at, id ROWS UNBOUNDED PRECEDING)
), picked AS (
    SELECT id, endpoint_id FROM places WHERE place <= '33792'::bigint AND bytes_before < '67108864'::bigint
    UNION ALL
    SELECT id, endpoint_id FROM urgent
), spent AS (
    UPDATE endpoint_states s
    SET tokens = coalesce(g.tokens - p.count, s.tokens), tokens_at = now(), circuit_until = CASE WHEN g.broken THEN now() + '00:00:30'::interval END
    FROM guarded g JOIN (SELECT endpoint_id, count(*) FROM picked GROUP BY endpoint_id) p ON p.endpoint_id = g.endpoint_id
    WHERE s.endpoint_id = g.endpoint_id
), leased AS (
    UPDATE deliveries d SET lease = gen_random_uuid(), leased_until = now() + '00:00:30'::interval
    WHERE d.id = ANY(ARRAY(SELECT id FROM picked))
    RETURNING d.*
)
SELECT l.id, l.lease, l.endpoint_id, l.event_id, l.event, l.step, l.urgent, l.size,
    v.number_id, v.occurred_at, v.received_at, v.traceparent AS trace_parent, coalesce(l.body, v.payload) AS body,
    e.url, e.format, e.signature, e.secret, CASE WHEN e.old_secret_until > now() THEN e.old_secret END AS old_secret
FROM leased l
JOIN endpoints e ON e.id = l.endpoint_id
LEFT JOIN events v ON v.event_id = l.event_id;

DELETE FROM removed_endpoints WHERE removed_at < now() - '00:01:00'::interval;

WITH state AS (INSERT INTO endpoint_states (endpoint_id) VALUES ('wh_01a22de5e9bb7cdaad82d386ccaea402'::text))
INSERT INTO endpoints (id, url, name, description, events, active, number_id, rate_limit, format, signature, secret, created_at, updated_at)
VALUES ('wh_01a22de5e9bb7cdaad82d386ccaea402'::text, 'http://127.0.0.1:47120/a'::text, 'CRM'::text, NULL::text, '{*}'::text[], 't'::boolean, NULL::text, NULL::integer, 'original'::text, 'both'::text, '\x09f0c9f02d4e292b1a119547bcc12af5161e3c4fd3cc1b10d52a0fabae4f5bffd8b457939781f33f85686dba6d06125f9006942756cd1a350225e92ed907db24cb5710216f47b9ccfc96467edb1fcfe553799012fb80ae91768a6811e6ffd6f366b17fa32a966b3c31adec46ae54773b0a4238b2d33a0a84ac0b9104314e09acedc1fed6'::bytea, '2026-11-30 19:19:32.025766+00'::timestamp with time zone, '2026-11-30 19:19:32.025766+00'::timestamp with time zone);

INSERT INTO events (event_id, kind, event, source, number_id, occurred_at, received_at, traceparent, payload)
SELECT * FROM unnest('{68d73df8-f903-8fd7-aab0-fd72a1059399}'::uuid[], '{MessageReceived}'::text[], '{message.reply}'::text[], '{whatsapp}'::text[], '{num-1}'::text[], '{"2026-02-24 15:00:07+00"}'::timestamp with time zone[], '{"2026-11-30 19:19:35.938474+00"}'::timestamp with time zone[], '{00-2bbe79b1099f99ded64e82ae1dae01f6-5c40ccb65dee0830-00}'::text[], '{"\\x7b226576656e74223a226d6573736167652e7265706c79222c2264617461223a7b22746f223a222b35353131393939393930303030222c2266726f6d223a222b35353131383838383830303030222c226e756d6265724964223a226e756d2d31222c226d6573736167654964223a2277612d7265706c79222c226964223a227265706c79222c2274797065223a2274657874222c2266726f6d4d65223a66616c73652c22636f6e74656e74223a224869222c2271756f7465644d6573736167654964223a2277612d6f7574222c22636f6e74656e745265706c696564223a22446f20796f7520636f6e6669726d3f222c22636f7272656c6174696f6e4964223a22636f72722d31222c22637265617465644174223a22323032362d30322d32345431353a30303a30372e3030305a227d7d"}'::bytea[]);

INSERT INTO deliveries (id, endpoint_id, event_id, event, due_at, size)
SELECT l.id, l.endpoint_id, l.event_id, l.event, now(), l.size
FROM unnest('{68d73df8-f903-8fd7-8866-20c142b5016d}'::uuid[], '{wh_01a22de5ec3f702eaf02554e3414c976}'::text[], '{68d73df8-f903-8fd7-aab0-fd72a1059399}'::uuid[], '{message.reply}'::text[], '{305}'::integer[]) AS l(id, endpoint_id, event_id, event, size)
JOIN endpoints e ON e.id = l.endpoint_id
ON CONFLICT (id) DO NOTHING;

INSERT INTO first_attempts (id, event_ids, leased_until) VALUES ('01a22de6-01d3-77ad-9d71-6877374be2ca'::uuid, '{68d73df8-f903-8fd7-aab0-fd72a1059399}'::uuid[], now() + '00:00:30'::interval);

WITH kept AS (
    DELETE FROM first_attempts WHERE id = ANY('{01a22de6-01d3-77ad-9d71-6877374be2ca,01a22de6-01e3-76cc-9643-2af8b904ad70}'::uuid[]) RETURNING id, made_at
), written AS (
    INSERT INTO deliveries (id, endpoint_id, event_id, event, status, attempts, step, due_at, lease, leased_until, size, created_at,
        first_at, first_status_code, first_response, first_duration_ms, first_format)
    SELECT p.id, p.endpoint_id, p.event_id, p.event, CASE WHEN p.at IS NULL THEN 'pending' ELSE 'successful' END, (p.at IS NOT NULL)::int, (p.at IS NOT NULL)::int,
        CASE WHEN p.at IS NULL THEN now() END, CASE WHEN p.at IS NULL AND NOT p.is_left THEN p.id END, CASE WHEN p.at IS NULL AND NOT p.is_left THEN now() + '00:00:30'::interval END, p.size, k.made_at,
        p.at, p.status_code, p.response, p.duration_ms, CASE WHEN p.at IS NOT NULL THEN p.format END
    FROM unnest('{01a22de6-01d3-77ad-9d71-6877374be2ca,01a22de6-01e3-76cc-9643-2af8b904ad70}'::uuid[], '{68d73df8-f903-8fd7-93e2-d36200015a83,498849ab-4f45-8a86-8df9-b9ba5f4cb124}'::uuid[], '{wh_01a22de5e9bb7cdaad82d386ccaea402,wh_01a22de5e9bb7cdaad82d386ccaea402}'::text[], '{68d73df8-f903-8fd7-aab0-fd72a1059399,498849ab-4f45-8a86-b4ab-97aafe48783e}'::uuid[], '{message.reply,message.read}'::text[], '{305,212}'::integer[], '{f,f}'::boolean[], '{NULL,NULL}'::timestamp with time zone[], '{NULL,NULL}'::integer[], '{NULL,NULL}'::text[], '{NULL,NULL}'::integer[], '{original,original}'::text[])
        AS p(promise_id, id, endpoint_id, event_id, event, size, is_left, at, status_code, response, duration_ms, format)
    JOIN kept k ON k.id = p.promise_id
    JOIN endpoints e ON e.id = p.endpoint_id
    
)
SELECT id FROM kept;

SELECT endpoint_id, failures, failing_since, last_failure_at, held_until, circuit_until, now() AS now,
    (SELECT number_id FROM endpoints e WHERE e.id = endpoint_id) AS number_id
FROM endpoint_states
WHERE endpoint_id = ANY('{}'::text[]) OR (endpoint_id = ANY('{wh_01a22de5ec3f702eaf02554e3414c976,wh_01a22de5e9bb7cdaad82d386ccaea402}'::text[]) AND (failures > 0 OR circuit_until IS NOT NULL))
ORDER BY endpoint_id FOR UPDATE;

WITH made AS (
    SELECT * FROM unnest('{033e26f1-dc6d-8440-a022-be5be712e99f,498849ab-4f45-8a86-8df9-b9ba5f4cb124,498849ab-4f45-8a86-967d-4a191df8eaca,68d73df8-f903-8fd7-93e2-d36200015a83,b529d011-5373-811d-8514-244486b0c7ca}'::uuid[], '{d698fd09-07e1-48ae-94a2-51d066143794,498849ab-4f45-8a86-8df9-b9ba5f4cb124,f682055d-6d21-4471-a7ee-feadefea41ab,68d73df8-f903-8fd7-93e2-d36200015a83,179619e2-97c3-410a-9040-385a9cfcd700}'::uuid[], '{"2026-11-30 19:19:39.633747+00","2026-11-30 19:19:39.081256+00","2026-11-30 19:19:39.096624+00","2026-11-30 19:19:39.081049+00","2026-11-30 19:19:39.784588+00"}'::timestamp with time zone[], '{t,t,t,t,t}'::boolean[], '{200,200,200,200,200}'::integer[], '{NULL,NULL,NULL,NULL,NULL}'::text[], '{ok,ok,ok,ok,ok}'::text[],
            '{163,715,700,713,13}'::integer[], '{original,original,original,original,original}'::text[], '{successful,successful,successful,successful,successful}'::text[], '{NULL,NULL,NULL,NULL,NULL}'::interval[])
        AS m(delivery_id, lease, at, succeeded, status_code, error, response, duration_ms, format, status, delay)
), fresh AS (
    SELECT m.* FROM made m WHERE NOT EXISTS (SELECT FROM attempts a WHERE a.delivery_id = m.delivery_id AND a.id = m.lease)
), updated AS (
    UPDATE deliveries d
    SET attempts = d.attempts + 1,
        step = CASE WHEN d.lease = f.lease THEN d.step + 1 ELSE d.step END,
        status = CASE WHEN d.lease = f.lease OR f.succeeded THEN f.status ELSE d.status END,
        due_at = CASE WHEN d.lease = f.lease OR f.succeeded THEN now() + f.delay ELSE d.due_at END,
        urgent = CASE WHEN d.lease = f.lease OR f.succeeded THEN false ELSE d.urgent END,
        lease = CASE WHEN d.lease = f.lease OR f.succeeded THEN NULL ELSE d.lease END,
        leased_until = CASE WHEN d.lease = f.lease OR f.succeeded THEN NULL ELSE d.leased_until END
    FROM fresh f WHERE d.id = f.delivery_id
    RETURNING d.id, d.endpoint_id, d.event_id, d.event, d.attempts
)
INSERT INTO attempts (delivery_id, id, endpoint_id, event_id, event, number, at, succeeded, status_code, error, response, duration_ms, format)
SELECT u.id, f.lease, u.endpoint_id, u.event_id, u.event, u.attempts, f.at, f.succeeded, f.status_code, f.error, f.response, f.duration_ms, f.format
FROM fresh f JOIN updated u ON u.id = f.delivery_id;

UPDATE endpoint_states s
SET failures = h.failures, failing_since = h.failing_since, last_failure_at = h.last_failure_at, held_until = h.held_until, circuit_until = h.circuit_until
FROM unnest('{wh_01a22de5e9bb7cdaad82d386ccaea402,wh_01a22de5ec3f702eaf02554e3414c976}'::text[], '{3,0}'::integer[], '{"2026-11-30 19:19:40.160072+00",NULL}'::timestamp with time zone[], '{"2026-11-30 19:19:40.160072+00",NULL}'::timestamp with time zone[], '{NULL,NULL}'::timestamp with time zone[], '{NULL,NULL}'::timestamp with time zone[])
    AS h(endpoint_id, failures, failing_since, last_failure_at, held_until, circuit_until)
WHERE s.endpoint_id = h.endpoint_id;

INSERT INTO number_outages (number_id)
SELECT * FROM unnest('{num-1}'::text[])
ON CONFLICT (number_id) DO UPDATE SET number_id = excluded.number_id;

INSERT INTO number_changes (event_id, number_id, at, place, state, health)
SELECT * FROM unnest('{61031ece-6d67-8a77-8cb4-a5c4eded3989}'::uuid[], '{num-1}'::text[], '{"2026-02-24 15:00:00+00"}'::timestamp with time zone[], '{"1 number.created 61031ece6d678a778cb4a5c4eded3989"}'::text[], '{created}'::text[], '{NULL}'::text[])
ON CONFLICT (event_id) DO NOTHING;

UPDATE number_outages o
SET down_since = begin.at, reason = CASE WHEN begin.at IS NULL THEN NULL WHEN state.state = 'disconnected'::text THEN 'disconnected'::text ELSE 'blocked'::text END,
    learned_at = CASE WHEN o.down_since IS NULL OR begin.at IS NULL OR begin.at > o.down_since THEN now() ELSE o.learned_at END
FROM unnest('{num-1}'::text[]) AS touched (id)
LEFT JOIN LATERAL (
    SELECT state FROM number_changes WHERE number_id = touched.id AND state IS NOT NULL ORDER BY at DESC, place DESC LIMIT 1) state ON true
-- From the newest event backwards to the first that left the number up: no further than the outage lasts.
LEFT JOIN LATERAL (
    SELECT c.at, c.place
    FROM number_changes c
    LEFT JOIN LATERAL (
        SELECT state FROM number_changes s
        WHERE s.number_id = c.number_id AND s.state IS NOT NULL AND (s.at, s.place) <= (c.at, c.place) ORDER BY s.at DESC, s.place DESC LIMIT 1) s ON true
    LEFT JOIN LATERAL (
        SELECT health FROM number_changes h
        WHERE h.number_id = c.number_id AND h.health IS NOT NULL AND (h.at, h.place) <= (c.at, c.place) ORDER BY h.at DESC, h.place DESC LIMIT 1) h ON true
    WHERE c.number_id = touched.id
        AND (coalesce(s.state, '') = 'removed'::text OR (coalesce(s.state, '') <> 'disconnected'::text AND coalesce(h.health, '') <> 'blocked'::text))
    ORDER BY c.at DESC, c.place DESC LIMIT 1) up ON true
LEFT JOIN LATERAL (
    SELECT at FROM number_changes
    WHERE number_id = touched.id AND (at, place) > (coalesce(up.at, '-infinity'), coalesce(up.place, ''))
    ORDER BY at, place LIMIT 1) begin ON true
WHERE o.number_id = touched.id;

UPDATE number_outages SET alerted_since = down_since WHERE number_id = ANY('{num-1}'::text[]);
