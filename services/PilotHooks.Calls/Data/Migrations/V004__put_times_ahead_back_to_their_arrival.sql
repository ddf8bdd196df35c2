-- Times far ahead of their arrival, kept by the version before, put a call first in every list and outlasted every later
-- permission: they are put back to their arrival, and their calls are derived anew. Of rows from before the moment of the
-- merge was kept, the earliest merge that is known is the latest possible arrival. Running it again changes nothing more.

-- Keeps merges of both versions away.
SELECT pg_advisory_xact_lock(x'63616C6C73'::bigint);

CREATE TEMPORARY TABLE ahead ON COMMIT DROP AS
SELECT event_id, entry, call_key, arrived_at FROM (
    SELECT *, COALESCE(merged_at, (SELECT min(merged_at) FROM call_events), now()) AS arrived_at FROM call_events) arrived
WHERE GREATEST(at, ringing_at, connected_at, ended_at, missed_at) > arrived_at + interval '5 minutes';

UPDATE call_events SET
    at = CASE WHEN at > ahead.arrived_at + interval '5 minutes' THEN ahead.arrived_at ELSE at END,
    ringing_at = CASE WHEN ringing_at > ahead.arrived_at + interval '5 minutes' THEN ahead.arrived_at ELSE ringing_at END,
    connected_at = CASE WHEN connected_at > ahead.arrived_at + interval '5 minutes' THEN ahead.arrived_at ELSE connected_at END,
    ended_at = CASE WHEN ended_at > ahead.arrived_at + interval '5 minutes' THEN ahead.arrived_at ELSE ended_at END,
    missed_at = CASE WHEN missed_at > ahead.arrived_at + interval '5 minutes' THEN ahead.arrived_at ELSE missed_at END
FROM ahead WHERE call_events.event_id = ahead.event_id AND call_events.entry = ahead.entry;

DELETE FROM calls WHERE key IN (SELECT call_key FROM ahead);
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
FROM call_events WHERE call_key IN (SELECT call_key FROM ahead) GROUP BY call_key;

UPDATE call_permissions SET at = arrived.arrived_at
FROM (SELECT event_id, COALESCE(merged_at, (SELECT min(merged_at) FROM call_permissions), now()) AS arrived_at FROM call_permissions) arrived
WHERE call_permissions.event_id = arrived.event_id AND call_permissions.at > arrived.arrived_at + interval '5 minutes';
