-- What a replica of the version before writes, as it sent it to the server.
UPDATE call_events SET sdp = NULL WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM call_events WHERE sdp IS NOT NULL AND COALESCE(merged_at, at) < now() - '30 days'::interval
    ORDER BY COALESCE(merged_at, at) LIMIT '1000'::bigint FOR UPDATE SKIP LOCKED));

UPDATE call_aliases SET call_key = replaced.present FROM unnest('{}'::text[], '{}'::text[]) AS replaced (former, present) WHERE call_key = replaced.former;

UPDATE call_events SET call_key = replaced.present FROM unnest('{}'::text[], '{}'::text[]) AS replaced (former, present) WHERE call_key = replaced.former;

INSERT INTO call_aliases (key, call_key) SELECT * FROM unnest('{c:call-1,w:wacid.1}'::text[], '{c:call-1,c:call-1}'::text[]) ON CONFLICT (key) DO NOTHING;

INSERT INTO own_phones (phone) SELECT * FROM unnest('{+5511888880000}'::text[]) ON CONFLICT (phone) DO NOTHING;

INSERT INTO call_events (event_id, entry, call_key, origin, at, event, call_id, external_call_id, number_id, direction, status, status_rank,
    "from", "to", ringing_at, connected_at, ended_at, missed_at, duration_seconds, sdp_type, sdp)
SELECT * FROM unnest('{20390b2e-b7f2-86e9-919d-66424b4e7dc4,09351c16-c28e-88f4-96aa-93b7d90ff151}'::uuid[], '{0,0}'::integer[], '{c:call-1,c:call-1}'::text[], '{0,0}'::smallint[], '{"2026-02-24 15:01:01+00","2026-02-24 15:01:09+00"}'::timestamp with time zone[], '{call.ringing,call.ended}'::text[], '{call-1,call-1}'::text[], '{wacid.1,wacid.1}'::text[], '{num-1,num-1}'::text[], '{INBOUND,INBOUND}'::text[], '{RINGING,COMPLETED}'::text[], '{10,43}'::smallint[],
    '{+5511999990000,+5511999990000}'::text[], '{+5511888880000,+5511888880000}'::text[], '{"2026-02-24 15:01:01+00",NULL}'::timestamp with time zone[], '{NULL,NULL}'::timestamp with time zone[], '{NULL,"2026-02-24 15:01:09+00"}'::timestamp with time zone[], '{NULL,NULL}'::timestamp with time zone[], '{NULL,7}'::integer[], '{NULL,NULL}'::text[], '{NULL,NULL}'::text[])
-- The same event may have come before the ingress knew the number, and again after.
ON CONFLICT (event_id, entry) DO UPDATE SET number_id = excluded.number_id
WHERE call_events.number_id IS NULL AND excluded.number_id IS NOT NULL;

DELETE FROM calls WHERE key = ANY ('{}'::text[]) OR key = ANY ('{c:call-1,c:call-1}'::text[]);

INSERT INTO calls (key, call_id, external_call_id, number_id, direction, status, "from", "to",
    ringing_at, connected_at, ended_at, missed_at, duration_seconds, signals, first_event_at)
SELECT call_key,
    min(call_id),
    min(external_call_id),
    (array_agg(number_id ORDER BY at, event_id, entry) FILTER (WHERE number_id IS NOT NULL))[1],
    (array_agg(direction ORDER BY origin, at, event_id, entry) FILTER (WHERE direction IS NOT NULL))[1],
    (array_agg(status ORDER BY status_rank DESC, at DESC, status, event_id) FILTER (WHERE status IS NOT NULL))[1],
    (array_agg("from" ORDER BY origin, at, event_id, entry) FILTER (WHERE "from" IS NOT NULL))[1],
    (array_agg("to" ORDER BY origin, at, event_id, entry) FILTER (WHERE "to" IS NOT NULL))[1],
    (array_agg(ringing_at ORDER BY origin, ringing_at) FILTER (WHERE ringing_at IS NOT NULL))[1],
    (array_agg(connected_at ORDER BY origin, connected_at) FILTER (WHERE connected_at IS NOT NULL))[1],
    (array_agg(ended_at ORDER BY origin, ended_at) FILTER (WHERE ended_at IS NOT NULL))[1],
    (array_agg(missed_at ORDER BY origin, missed_at) FILTER (WHERE missed_at IS NOT NULL))[1],
    (array_agg(duration_seconds ORDER BY origin, at, event_id, entry) FILTER (WHERE duration_seconds IS NOT NULL))[1],
    count(*) FILTER (WHERE origin <> 0),
    min(at)
FROM call_events WHERE call_key = ANY ('{c:call-1,c:call-1}'::text[]) GROUP BY call_key;

INSERT INTO call_permissions (event_id, number_id, status, "from", "to", at)
SELECT * FROM unnest('{d741fb75-97e1-8a50-92af-d2ece96dfc35}'::uuid[], '{num-1}'::text[], '{PERMANENT}'::text[], '{+5511912345678}'::text[], '{+5511888880000}'::text[], '{"2026-02-24 15:01:00+00"}'::timestamp with time zone[])
ON CONFLICT (event_id) DO UPDATE SET number_id = excluded.number_id
WHERE call_permissions.number_id IS NULL AND excluded.number_id IS NOT NULL;
