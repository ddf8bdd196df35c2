-- Finds parts of words by an index. The extension is trusted: whoever may create in the database may add it. Where that is
-- not allowed, or the server has none, searches walk as before. The index itself is built beside the running service
-- (TextIndex), since a large table takes its time.
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR invalid_schema_name THEN
    RAISE NOTICE 'pg_trgm is not available: %', SQLERRM;
END
$$;
