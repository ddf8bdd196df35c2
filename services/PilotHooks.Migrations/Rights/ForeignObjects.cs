namespace PilotHooks.Migrations.Rights;

/// <summary>What of a service's database is not its role's yet.</summary>
internal static class ForeignObjects
{
    /// <summary>
    /// The statements that hand it over to the role <c>$1</c>. Not among them: a sequence that goes with its column, a type
    /// that goes with its table, and what an extension brought.
    /// </summary>
    public const string Sql = """
        WITH owner AS (SELECT oid FROM pg_roles WHERE rolname = $1),
        place AS (SELECT oid, nspname, nspowner FROM pg_namespace WHERE nspname = 'public')
        SELECT format('ALTER SCHEMA %I OWNER TO %I', p.nspname, $1) FROM place p, owner o
        WHERE p.nspowner <> o.oid AND p.nspowner::regrole::text <> 'pg_database_owner'
        UNION ALL
        SELECT format('ALTER %s %I.%I OWNER TO %I',
            CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, p.nspname, c.relname, $1)
        FROM pg_class c JOIN place p ON p.oid = c.relnamespace, owner o
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relowner <> o.oid
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i', 'e'))
        UNION ALL
        SELECT format('ALTER ROUTINE %s OWNER TO %I', f.oid::regprocedure, $1)
        FROM pg_proc f JOIN place p ON p.oid = f.pronamespace, owner o
        WHERE f.proowner <> o.oid AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = f.oid AND d.deptype = 'e')
        UNION ALL
        SELECT format('ALTER TYPE %s OWNER TO %I', t.oid::regtype, $1)
        FROM pg_type t JOIN place p ON p.oid = t.typnamespace, owner o
        WHERE t.typtype IN ('e', 'd') AND t.typowner <> o.oid
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
        """;
}
