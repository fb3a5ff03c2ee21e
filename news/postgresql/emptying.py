"""What empties a database before another one comes in its place, within that one's transaction.

`pg_restore --clean` drops what the dump names, and would leave what was made since. The schema
itself stays, with what others may do in it: only its owner could drop it, and that need not be who
owns what is in it. So do extensions and theirs, and what belongs to somebody else.
"""

EMPTY = """
SET client_min_messages = warning;
DO $empty$
DECLARE
    statements text;
BEGIN
    WITH own AS (
        SELECT 'pg_class'::regclass AS catalog, oid, relowner AS owner,
            -- A sequence goes with its table, where it has one, and not before it.
            CASE relkind WHEN 'S' THEN 2 ELSE 1 END AS place,
            CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                WHEN 'S' THEN 'SEQUENCE' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END AS kind,
            oid::regclass::text AS name
        FROM pg_class
        WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
            AND relnamespace = current_schema()::regnamespace
        UNION ALL
        SELECT 'pg_proc'::regclass, oid, proowner, 3, 'ROUTINE', oid::regprocedure::text
        FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
        UNION ALL
        SELECT 'pg_type'::regclass, oid, typowner, 4, 'TYPE', oid::regtype::text
        FROM pg_type
        WHERE typtype IN ('d', 'e') AND typnamespace = current_schema()::regnamespace
    )
    SELECT string_agg(format('DROP %s IF EXISTS %s CASCADE', kind, name), '; ' ORDER BY place)
    INTO statements
    FROM own
    WHERE pg_has_role(owner, 'USAGE') AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = catalog AND objid = own.oid AND deptype = 'e'
    );
    IF statements IS NOT NULL THEN
        EXECUTE statements;
    END IF;
END
$empty$;
"""
