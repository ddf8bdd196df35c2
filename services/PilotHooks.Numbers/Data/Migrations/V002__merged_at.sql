-- When the event was merged; null for those from before this was kept.
ALTER TABLE number_events ADD COLUMN merged_at timestamptz;
ALTER TABLE number_events ALTER COLUMN merged_at SET DEFAULT now();
