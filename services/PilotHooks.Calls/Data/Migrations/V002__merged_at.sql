-- When the event was merged; null for those from before this was kept.
ALTER TABLE call_events ADD COLUMN merged_at timestamptz;
ALTER TABLE call_events ALTER COLUMN merged_at SET DEFAULT now();
ALTER TABLE call_permissions ADD COLUMN merged_at timestamptz;
ALTER TABLE call_permissions ALTER COLUMN merged_at SET DEFAULT now();
