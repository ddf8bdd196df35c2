CREATE INDEX dead_letters_events ON dead_letters (event_id) WHERE event_id IS NOT NULL;
