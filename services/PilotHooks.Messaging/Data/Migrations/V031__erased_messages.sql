-- A message that an erased person wrote in a group stays without name, number and text, so that the others' stay in their
-- places; it is known again to keep those who quote it from telling it.
ALTER TABLE messages ADD COLUMN erased_at timestamptz;

-- Whose an edit is: its message may not be known.
ALTER TABLE message_revisions ADD COLUMN sender text COLLATE "C";

-- Who submitted a form, where the event tells.
ALTER TABLE forms ADD COLUMN sender text COLLATE "C";

-- For what reaches the end of its age.
CREATE INDEX message_revisions_age ON message_revisions (stored_at);
CREATE INDEX forms_age ON forms (stored_at);
