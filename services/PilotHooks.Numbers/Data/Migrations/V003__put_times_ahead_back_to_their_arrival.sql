-- Times far ahead of their arrival, kept by the version before, hid everything that came after: they are put back to
-- their arrival, and their numbers are derived anew. Of rows from before the moment of the merge was kept, the earliest
-- merge that is known is the latest possible arrival. Running it again changes nothing more.
CREATE TEMPORARY TABLE ahead ON COMMIT DROP AS
SELECT number_id AS id, event_id, COALESCE(merged_at, (SELECT min(merged_at) FROM number_events), now()) AS arrived_at
FROM number_events
WHERE at > COALESCE(merged_at, (SELECT min(merged_at) FROM number_events), now()) + interval '5 minutes';

-- In the order in which merges lock them.
SELECT FROM numbers WHERE number_id IN (SELECT id FROM ahead) ORDER BY number_id FOR UPDATE;

UPDATE number_events SET at = ahead.arrived_at FROM ahead WHERE number_events.event_id = ahead.event_id;

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
FROM (SELECT DISTINCT id FROM ahead) touched
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
