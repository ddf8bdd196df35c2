ALTER TABLE counted ADD COLUMN note text NOT NULL DEFAULT 'second';
