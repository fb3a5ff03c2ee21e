"""What the database itself refuses on `news_version`, on SQLite and on PostgreSQL.

* DELETE (and TRUNCATE, and SQLite's REPLACE), always;
* UPDATE of anything but `visible_until`;
* of `visible_until`: a moment already reached, or a new value other than NULL or a moment not
  before the clock (a row's own `visible_from` while that lies ahead, which cancels a schedule, is
  such a moment);
* two intervals of one release that overlap;
* INSERT with a `recorded_at` that is not now.

The published heads of the hash chain (`CHAIN`) can only be added to: no DELETE, no UPDATE.

Neither clock is a transaction's: a statement may carry a time that was read earlier in its
transaction, so "now" reaches back `CLOCK_TOLERANCE`. Migrations call `install` (again after any
that remakes the table: SQLite drops a table's triggers with the table), and a system check looks
that the guards are there.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "news_version"
CHAIN = "news_chainhead"
CLOCK_TOLERANCE = 5  # seconds
SQLITE_TRIGGERS = ("delete", "insert", "update", "interval", "overlap")
POSTGRES_TRIGGERS = ("row", "truncate")
_SQLITE_GUARDS = {TABLE: SQLITE_TRIGGERS, CHAIN: ("delete", "insert", "update")}

_SQLITE_NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
_SQLITE_RECENT = f"strftime('%Y-%m-%d %H:%M:%f', 'now', '-{CLOCK_TOLERANCE} seconds')"
_SQLITE_SOON = f"strftime('%Y-%m-%d %H:%M:%f', 'now', '+{CLOCK_TOLERANCE} seconds')"
_SQLITE_OVERLAP = f"""
    SELECT RAISE(ABORT, '{TABLE}: two versions of a release cannot be in force at once')
    WHERE NEW.visible_until IS NOT NEW.visible_from AND EXISTS (
        SELECT 1 FROM {TABLE} AS other
        WHERE other.release_id = NEW.release_id AND other.id IS NOT NEW.id
          AND other.visible_until IS NOT other.visible_from
          AND (NEW.visible_until IS NULL OR other.visible_from < NEW.visible_until)
          AND (other.visible_until IS NULL OR other.visible_until > NEW.visible_from)
    );
"""  # noqa: S608 - made of this module's own constants

_POSTGRES = f"""
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE OR REPLACE FUNCTION {TABLE}_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE
    recent timestamptz := clock_timestamp() - interval '{CLOCK_TOLERANCE} seconds';
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
        RAISE EXCEPTION '{TABLE}: the record only grows' USING ERRCODE = 'restrict_violation';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.recorded_at < recent
           OR NEW.recorded_at > clock_timestamp() + interval '{CLOCK_TOLERANCE} seconds' THEN
            RAISE EXCEPTION '{TABLE}: recorded_at must be now' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - 'visible_until' IS DISTINCT FROM to_jsonb(OLD) - 'visible_until' THEN
        RAISE EXCEPTION '{TABLE}: a version never changes' USING ERRCODE = 'restrict_violation';
    ELSIF NEW.visible_until IS DISTINCT FROM OLD.visible_until AND (
        OLD.visible_until <= clock_timestamp() OR NEW.visible_until < recent
    ) THEN
        RAISE EXCEPTION '{TABLE}: the past cannot be changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$guard$;

CREATE TRIGGER {TABLE}_guard_row BEFORE INSERT OR UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION {TABLE}_guard();
CREATE TRIGGER {TABLE}_guard_truncate BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_guard();
ALTER TABLE {TABLE} ADD CONSTRAINT {TABLE}_no_overlap EXCLUDE USING gist (
    release_id WITH =, tstzrange(visible_from, visible_until, '[)') WITH &&
);
"""

_POSTGRES_REMOVE = f"""
DROP TRIGGER IF EXISTS {TABLE}_guard_row ON {TABLE};
DROP TRIGGER IF EXISTS {TABLE}_guard_truncate ON {TABLE};
ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {TABLE}_no_overlap;
DROP FUNCTION IF EXISTS {TABLE}_guard();
"""

_POSTGRES_CHAIN = f"""
CREATE OR REPLACE FUNCTION {CHAIN}_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    RAISE EXCEPTION '{CHAIN}: a published head stays' USING ERRCODE = 'restrict_violation';
END
$guard$;

CREATE TRIGGER {CHAIN}_guard_row BEFORE UPDATE OR DELETE ON {CHAIN}
    FOR EACH ROW EXECUTE FUNCTION {CHAIN}_guard();
CREATE TRIGGER {CHAIN}_guard_truncate BEFORE TRUNCATE ON {CHAIN}
    FOR EACH STATEMENT EXECUTE FUNCTION {CHAIN}_guard();
"""

_POSTGRES_CHAIN_REMOVE = f"""
DROP TRIGGER IF EXISTS {CHAIN}_guard_row ON {CHAIN};
DROP TRIGGER IF EXISTS {CHAIN}_guard_truncate ON {CHAIN};
DROP FUNCTION IF EXISTS {CHAIN}_guard();
"""

_SQLITE_CHAIN = (
    *(
        f"""CREATE TRIGGER {CHAIN}_guard_{action} BEFORE {action} ON {CHAIN} BEGIN
            SELECT RAISE(ABORT, '{CHAIN}: a published head stays');
        END"""
        for action in ("delete", "update")
    ),
    # REPLACE would delete without asking the trigger above.
    f"""CREATE TRIGGER {CHAIN}_guard_insert BEFORE INSERT ON {CHAIN}
        WHEN EXISTS (SELECT 1 FROM {CHAIN} WHERE id = NEW.id OR day = NEW.day) BEGIN
        SELECT RAISE(ABORT, '{CHAIN}: a published head stays');
    END""",  # noqa: S608 - made of this module's own constants
)


def _sqlite_statements(columns: list[str]) -> list[str]:
    frozen = [column for column in columns if column != "visible_until"]
    changed = " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in frozen)
    return [
        f"""CREATE TRIGGER {TABLE}_guard_delete BEFORE DELETE ON {TABLE} BEGIN
            SELECT RAISE(ABORT, '{TABLE}: the record only grows');
        END""",
        # REPLACE deletes without firing DELETE triggers, so the row it would replace is looked for
        # first.
        f"""CREATE TRIGGER {TABLE}_guard_insert BEFORE INSERT ON {TABLE} BEGIN
            SELECT RAISE(ABORT, '{TABLE}: the record only grows')
            WHERE EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id) OR EXISTS (
                SELECT 1 FROM {TABLE}
                WHERE release_id = NEW.release_id AND number = NEW.number
                  AND visible_until IS NOT visible_from
                  AND NEW.visible_until IS NOT NEW.visible_from
            );
            SELECT RAISE(ABORT, '{TABLE}: recorded_at must be now')
            WHERE NEW.recorded_at < {_SQLITE_RECENT} OR NEW.recorded_at > {_SQLITE_SOON};
            {_SQLITE_OVERLAP}
        END""",  # noqa: S608 - made of this module's own constants
        f"""CREATE TRIGGER {TABLE}_guard_update BEFORE UPDATE ON {TABLE} WHEN {changed} BEGIN
            SELECT RAISE(ABORT, '{TABLE}: a version never changes');
        END""",
        f"""CREATE TRIGGER {TABLE}_guard_interval BEFORE UPDATE OF visible_until ON {TABLE}
            WHEN NEW.visible_until IS NOT OLD.visible_until AND (
                OLD.visible_until <= {_SQLITE_NOW} OR NEW.visible_until < {_SQLITE_RECENT}
            ) BEGIN
            SELECT RAISE(ABORT, '{TABLE}: the past cannot be changed');
        END""",
        f"""CREATE TRIGGER {TABLE}_guard_overlap BEFORE UPDATE OF visible_until ON {TABLE} BEGIN
            {_SQLITE_OVERLAP}
        END""",
    ]


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the guards of every table that is there, replacing older ones. Safe to call again."""
    remove(connection)
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES)
            if CHAIN in tables:
                cursor.execute(_POSTGRES_CHAIN)
            return
        columns = [
            column.name for column in connection.introspection.get_table_description(cursor, TABLE)
        ]
        statements = _sqlite_statements(columns)
        if CHAIN in tables:
            statements += _SQLITE_CHAIN
        for statement in statements:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the guards (migrations backwards, and tests that must empty the tables)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_REMOVE)
            if CHAIN in connection.introspection.table_names(cursor):
                cursor.execute(_POSTGRES_CHAIN_REMOVE)
            return
        for table, names in _SQLITE_GUARDS.items():
            for name in names:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_guard_{name}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of guards that the tables that are there lack; empty when all stand."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' "
                "UNION SELECT conname FROM pg_constraint"
            )
            expected = [
                f"{table}_guard_{name}"
                for table in (TABLE, CHAIN)
                if table in tables
                for name in POSTGRES_TRIGGERS
            ]
            expected.append(f"{TABLE}_no_overlap")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            expected = [
                f"{table}_guard_{name}"
                for table, names in _SQLITE_GUARDS.items()
                if table in tables
                for name in names
            ]
        present = {row[0] for row in cursor.fetchall()}
    return [name for name in expected if name not in present]
