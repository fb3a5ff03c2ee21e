"""What the database itself refuses on `news_version`, on SQLite and on PostgreSQL.

* DELETE (and TRUNCATE, and SQLite's REPLACE), always;
* UPDATE of anything but `visible_until`, with one exception: where two people have ordered the
  erasure of a release (`ERASURES`), its texts may be emptied and nothing else;
* of `visible_until`: a moment already reached, or a new value other than NULL or a moment not
  before the clock (a row's own `visible_from` while that lies ahead, which cancels a schedule, is
  such a moment);
* two intervals of one release that overlap;
* INSERT with a `recorded_at` that is not now, except while an archive package is being brought into
  an empty record (`IMPORTS`, a table of one row that can begin only while there is no version).

The published heads of the hash chain (`CHAIN`) can only be added to: no DELETE, no UPDATE. An
approved erasure stays as it is; one that waits can be approved or taken back. The audit trail
(`AUDIT`) can only be added to; what was said in it of an erased release may be emptied.

Neither clock is a transaction's: a statement may carry a time that was read earlier in its
transaction, so "now" reaches back `CLOCK_TOLERANCE`. Migrations call `install` (again after any
that remakes a table: SQLite drops a table's triggers with the table, and does not rename one that a
trigger of another table names, so such a migration calls `remove` first), and a system check looks
that the guards are there.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "news_version"
CHAIN = "news_chainhead"
ERASURES = "news_erasure"
IMPORTS = "news_archiveimport"
AUDIT = "news_auditentry"
TABLES = (TABLE, CHAIN, ERASURES, IMPORTS, AUDIT)
CLOCK_TOLERANCE = 5  # seconds
SQLITE_TRIGGERS = ("delete", "insert", "update", "interval", "overlap")
POSTGRES_TRIGGERS = ("row", "truncate")
_SQLITE_GUARDS = {
    TABLE: SQLITE_TRIGGERS,
    **dict.fromkeys((CHAIN, ERASURES, IMPORTS, AUDIT), ("delete", "insert", "update")),
}

EMPTIED = {
    **{
        f"{name}_{language}": ""
        for name in ("title", "summary", "body", "gallery_description", "note")
        for language in ("th", "en")
    },
    **dict.fromkeys(("slug", "dated_source", "event_source", "source_url"), ""),
    **dict.fromkeys(("gallery", "attachments"), "[]"),
    "contact": "{}",
}
"""What an erasure leaves of a version's texts: column -> its value. A removal keeps its note."""

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

_APPROVED = (
    f"EXISTS (SELECT 1 FROM {ERASURES} AS erasure "  # noqa: S608
    "WHERE erasure.release_id = NEW.release_id AND erasure.approved_at IS NOT NULL)"
)
_IMPORTING = f"EXISTS (SELECT 1 FROM {IMPORTS} WHERE finished_at IS NULL)"  # noqa: S608


def left_of_erased(version) -> list[str]:
    """The columns of an erased version that still say something. The note of a removal may stay."""
    kept = {"note_th", "note_en"} if version.kind == "gone" else set()
    return [
        name
        for name, value in EMPTIED.items()
        if name not in kept and getattr(version, name) != value
    ]


_IS_EMPTIED = " AND ".join(
    f"(NEW.{column} = '{value}' OR (NEW.kind = 'gone' AND NEW.{column} = OLD.{column}))"
    if column.startswith("note_")
    else f"NEW.{column} = '{value}'"
    for column, value in EMPTIED.items()
)


def _postgres(*, erasures: bool) -> str:
    """The guards of the versions; `erasures`: the tables that they look into are there."""
    erasable = ", ".join(f"'{column}'" for column in (*EMPTIED, "erased", "visible_until"))
    erasing = (
        f"""NEW.erased AND {_IS_EMPTIED} AND {_APPROVED}
        AND to_jsonb(NEW) - ARRAY[{erasable}] = to_jsonb(OLD) - ARRAY[{erasable}]
        AND NEW.visible_until IS NOT DISTINCT FROM OLD.visible_until"""
        if erasures
        else "FALSE"
    )
    erased_wrongly = f"NEW.erased AND NOT {_APPROVED}" if erasures else "FALSE"
    return f"""
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE OR REPLACE FUNCTION {TABLE}_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
DECLARE
    recent timestamptz := clock_timestamp() - interval '{CLOCK_TOLERANCE} seconds';
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
        RAISE EXCEPTION '{TABLE}: the record only grows' USING ERRCODE = 'restrict_violation';
    ELSIF TG_OP = 'INSERT' THEN
        IF (NEW.recorded_at < recent
            OR NEW.recorded_at > clock_timestamp() + interval '{CLOCK_TOLERANCE} seconds')
           AND NOT {_IMPORTING if erasures else "FALSE"} THEN
            RAISE EXCEPTION '{TABLE}: recorded_at must be now' USING ERRCODE = 'check_violation';
        END IF;
        IF {erased_wrongly} THEN
            RAISE EXCEPTION '{TABLE}: nobody has ordered an erasure'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - 'visible_until' IS DISTINCT FROM to_jsonb(OLD) - 'visible_until' THEN
        IF {erasing} THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '{TABLE}: a version never changes' USING ERRCODE = 'restrict_violation';
    ELSIF NEW.visible_until IS DISTINCT FROM OLD.visible_until AND (
        OLD.visible_until <= clock_timestamp() OR NEW.visible_until < recent
    ) THEN
        RAISE EXCEPTION '{TABLE}: the past cannot be changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$guard$;

{_postgres_triggers(TABLE, "INSERT OR UPDATE OR DELETE")}
ALTER TABLE {TABLE} ADD CONSTRAINT {TABLE}_no_overlap EXCLUDE USING gist (
    release_id WITH =, tstzrange(visible_from, visible_until, '[)') WITH &&
);
"""


def _postgres_triggers(table: str, actions: str) -> str:
    return f"""
CREATE TRIGGER {table}_guard_row BEFORE {actions} ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_guard();
CREATE TRIGGER {table}_guard_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_guard();
"""


_STAYS = {
    CHAIN: "a published head stays",
    ERASURES: "an erasure that was approved stays",
    IMPORTS: "an import begins in an empty record and is recorded once",
    AUDIT: "the audit trail only grows",
}
"""What the guards of the smaller tables say."""

# What may be done to a waiting erasure and to an import that is under way.
_APPROVING = (
    "OLD.approved_at IS NULL AND NEW.approved_at IS NOT NULL AND NEW.id = OLD.id "
    "AND NEW.release_id = OLD.release_id AND NEW.reason = OLD.reason "
    "AND NEW.requested_by = OLD.requested_by AND NEW.requested_at = OLD.requested_at"
)
_FINISHING = (
    "OLD.finished_at IS NULL AND NEW.finished_at IS NOT NULL AND NEW.id = OLD.id "
    "AND NEW.manifest = OLD.manifest AND NEW.started_at = OLD.started_at"
)
_MAY_ORDER = f"NEW.approved_at IS NULL OR {_IMPORTING}"
_MAY_IMPORT = f"NEW.finished_at IS NULL AND NOT EXISTS (SELECT 1 FROM {TABLE})"  # noqa: S608

_AUDITED = ("id", "at", "action", "actor_id", "actor_name", "release_id", "code")
_AUDITED += ("version_number", "is_forced", "digest")
_SILENCING = f"NEW.note = '' AND {_APPROVED} AND " + " AND ".join(
    f"(NEW.{column} = OLD.{column} OR (NEW.{column} IS NULL AND OLD.{column} IS NULL))"
    for column in _AUDITED
)

_POSTGRES_RULES = {
    CHAIN: {"insert": "TRUE", "update": "FALSE", "delete": "FALSE"},
    ERASURES: {"insert": _MAY_ORDER, "update": _APPROVING, "delete": "OLD.approved_at IS NULL"},
    IMPORTS: {"insert": _MAY_IMPORT, "update": _FINISHING, "delete": "FALSE"},
    AUDIT: {"insert": "TRUE", "update": _SILENCING, "delete": "FALSE"},
}
_SQLITE_RULES = {
    # REPLACE deletes without firing DELETE triggers: a row that is there is looked for first.
    CHAIN: _POSTGRES_RULES[CHAIN]
    | {"insert": f"NOT EXISTS (SELECT 1 FROM {CHAIN} WHERE id = NEW.id OR day = NEW.day)"},  # noqa: S608
    ERASURES: _POSTGRES_RULES[ERASURES]
    | {
        "insert": f"({_MAY_ORDER}) AND NOT EXISTS (SELECT 1 FROM {ERASURES} "  # noqa: S608
        "WHERE id = NEW.id OR release_id = NEW.release_id)"
    },
    IMPORTS: _POSTGRES_RULES[IMPORTS]
    | {"insert": f"{_MAY_IMPORT} AND NOT EXISTS (SELECT 1 FROM {IMPORTS})"},  # noqa: S608
    AUDIT: _POSTGRES_RULES[AUDIT]
    | {"insert": f"NOT EXISTS (SELECT 1 FROM {AUDIT} WHERE id = NEW.id)"},  # noqa: S608
}


def _postgres_small(table: str) -> str:
    rules = _POSTGRES_RULES[table]
    return f"""
CREATE OR REPLACE FUNCTION {table}_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF {rules["insert"]} THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        IF {rules["update"]} THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'DELETE' THEN
        IF {rules["delete"]} THEN RETURN OLD; END IF;
    END IF;
    RAISE EXCEPTION '{table}: {_STAYS[table]}' USING ERRCODE = 'restrict_violation';
END
$guard$;
{_postgres_triggers(table, "INSERT OR UPDATE OR DELETE")}
"""


def _sqlite_small(table: str) -> list[str]:
    return [
        f"""CREATE TRIGGER {table}_guard_{action} BEFORE {action} ON {table}
            WHEN NOT ({_sqlite_words(rule)}) BEGIN
            SELECT RAISE(ABORT, '{table}: {_STAYS[table]}');
        END"""
        for action, rule in _SQLITE_RULES[table].items()
    ]


def _sqlite_words(rule: str) -> str:
    return {"TRUE": "1", "FALSE": "0"}.get(rule, rule)


def _sqlite_statements(columns: list[str], *, erasures: bool) -> list[str]:
    def differs(names: list[str]) -> str:
        return " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in names)

    frozen = [column for column in columns if column != "visible_until"]
    kept = [column for column in columns if column not in EMPTIED and column != "erased"]
    erasing = (
        f"NEW.erased AND {_IS_EMPTIED} AND NOT ({differs(kept)}) AND {_APPROVED}"
        if erasures
        else "0"
    )
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
            WHERE (NEW.recorded_at < {_SQLITE_RECENT} OR NEW.recorded_at > {_SQLITE_SOON})
              AND NOT {_IMPORTING if erasures else "0"};
            SELECT RAISE(ABORT, '{TABLE}: nobody has ordered an erasure')
            WHERE {f"NEW.erased AND NOT {_APPROVED}" if erasures else "0"};
            {_SQLITE_OVERLAP}
        END""",  # noqa: S608 - made of this module's own constants
        f"""CREATE TRIGGER {TABLE}_guard_update BEFORE UPDATE ON {TABLE}
            WHEN ({differs(frozen)}) AND NOT ({erasing}) BEGIN
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
        tables = set(TABLES) & set(connection.introspection.table_names(cursor))
        # Their names alone: to describe them on SQLite, Django parses how the table was made.
        cursor.execute(f"SELECT * FROM {TABLE} WHERE 1 = 0")  # noqa: S608
        columns = [name for name, *_ in cursor.description]
        erasures = {ERASURES, IMPORTS} <= tables and "erased" in columns
        if connection.vendor == "postgresql":
            statements = [_postgres(erasures=erasures)]
            statements += [_postgres_small(table) for table in _STAYS if table in tables]
        else:
            statements = _sqlite_statements(columns, erasures=erasures)
            for table in _STAYS:
                statements += _sqlite_small(table) if table in tables else ()
        for statement in statements:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the guards (migrations backwards, and tests that must empty the tables)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            tables = connection.introspection.table_names(cursor)
            if TABLE in tables:
                cursor.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS {TABLE}_no_overlap")
            for table in TABLES:
                for name in POSTGRES_TRIGGERS if table in tables else ():
                    cursor.execute(f"DROP TRIGGER IF EXISTS {table}_guard_{name} ON {table}")
                cursor.execute(f"DROP FUNCTION IF EXISTS {table}_guard()")
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
            guards = dict.fromkeys(TABLES, POSTGRES_TRIGGERS)
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            guards = _SQLITE_GUARDS
        expected = [
            f"{table}_guard_{name}"
            for table, names in guards.items()
            if table in tables
            for name in names
        ]
        if connection.vendor == "postgresql":
            expected.append(f"{TABLE}_no_overlap")
        present = {row[0] for row in cursor.fetchall()}
    return [name for name in expected if name not in present]
