-- What a replica of the version before writes, as it sent it to the server.
INSERT INTO numbers (number_id)
SELECT * FROM unnest('{num-1}'::text[])
ON CONFLICT (number_id) DO UPDATE SET number_id = excluded.number_id;

INSERT INTO number_events (event_id, number_id, event, at, place, state, health, phone, display_name, profile_name, error, error_code)
SELECT * FROM unnest('{61031ece-6d67-8a77-8cb4-a5c4eded3989,08c0933e-7872-8384-8fde-623ad3d69a36}'::uuid[], '{num-1,num-1}'::text[], '{number.created,number.health_degraded}'::text[], '{"2026-02-24 15:00:00+00","2026-02-24 15:00:03+00"}'::timestamp with time zone[], '{"1 number.created 61031ece6d678a778cb4a5c4eded3989","7 number.health_degraded 08c0933e787283848fde623ad3d69a36"}'::text[], '{created,NULL}'::text[], '{NULL,degraded}'::text[], '{+5511888880000,+5511888880000}'::text[], '{"Main store","Main store"}'::text[], '{NULL,NULL}'::text[], '{NULL,NULL}'::text[], '{NULL,NULL}'::text[])
ON CONFLICT (event_id) DO NOTHING;

UPDATE numbers SET
    phone = phone.phone,
    display_name = display.display_name,
    profile_name = profile.profile_name,
    state = COALESCE(state.state, 'created'),
    since = COALESCE(state_begin.at, first.at),
    health = COALESCE(health.health, 'healthy'),
    health_since = COALESCE(health_begin.at, first.at),
    error = last.error,
    error_code = last.error_code,
    first_event_at = first.at,
    last_event_at = last.at
FROM unnest('{num-1}'::text[]) AS touched (id)
CROSS JOIN LATERAL (
    SELECT at FROM number_events WHERE number_id = touched.id ORDER BY at, place LIMIT 1) first
CROSS JOIN LATERAL (
    SELECT at, error, error_code FROM number_events WHERE number_id = touched.id ORDER BY at DESC, place DESC LIMIT 1) last
-- Every event carries the phone and the display name, so these walks end at once; the profile name has an index.
LEFT JOIN LATERAL (
    SELECT phone FROM number_events WHERE number_id = touched.id AND phone IS NOT NULL ORDER BY at DESC, place DESC LIMIT 1) phone ON true
LEFT JOIN LATERAL (
    SELECT display_name FROM number_events WHERE number_id = touched.id AND display_name IS NOT NULL ORDER BY at DESC, place DESC LIMIT 1) display ON true
LEFT JOIN LATERAL (
    SELECT profile_name FROM number_events WHERE number_id = touched.id AND profile_name IS NOT NULL ORDER BY at DESC, place DESC LIMIT 1) profile ON true
-- The present state; the last event that says otherwise; the first event after that: there the present run began.
LEFT JOIN LATERAL (
    SELECT state FROM number_events WHERE number_id = touched.id AND state IS NOT NULL ORDER BY at DESC, place DESC LIMIT 1) state ON true
LEFT JOIN LATERAL (
    SELECT at, place FROM number_events WHERE number_id = touched.id AND state <> state.state ORDER BY at DESC, place DESC LIMIT 1) state_before ON true
LEFT JOIN LATERAL (
    SELECT at FROM number_events
    WHERE number_id = touched.id AND state IS NOT NULL AND (at, place) > (COALESCE(state_before.at, '-infinity'), COALESCE(state_before.place, ''))
    ORDER BY at, place LIMIT 1) state_begin ON true
LEFT JOIN LATERAL (
    SELECT health FROM number_events WHERE number_id = touched.id AND health IS NOT NULL ORDER BY at DESC, place DESC LIMIT 1) health ON true
LEFT JOIN LATERAL (
    SELECT at, place FROM number_events WHERE number_id = touched.id AND health <> health.health ORDER BY at DESC, place DESC LIMIT 1) health_before ON true
LEFT JOIN LATERAL (
    SELECT at FROM number_events
    WHERE number_id = touched.id AND health IS NOT NULL AND (at, place) > (COALESCE(health_before.at, '-infinity'), COALESCE(health_before.place, ''))
    ORDER BY at, place LIMIT 1) health_begin ON true
WHERE numbers.number_id = touched.id;
