-- The rows that still have a session description, so that looking for old ones walks past none that has not. Age is
-- counted from the merge, by our clock; of rows from before that was kept, by the provider's.
CREATE INDEX call_events_with_sdp ON call_events (COALESCE(merged_at, at)) WHERE sdp IS NOT NULL;
