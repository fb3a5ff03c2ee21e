"""The database as it was before, again after tests that commit."""

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from news import record_guards
from news.search.engine import CURRENT, NEXT
from news.search.engines import engine

Rows = dict[str, list[tuple]]
"""Table -> its rows; without those of the search index."""

_left_by_the_migrations: Rows = {}


def note_what_the_migrations_left() -> None:
    _left_by_the_migrations.update(noted())


def noted() -> Rows:
    with connection.cursor() as cursor:
        return {table: _of(table, cursor) for table in _tables()}


def leave_what_the_migrations_left() -> None:
    leave(_left_by_the_migrations)


def leave(rows: Rows) -> None:
    """Django would empty all tables, and then make content types and permissions again: on
    PostgreSQL, which makes a new file for each table that it truncates, that took longer than most
    tests. The guards refuse either.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        record_guards.remove(connection)
        for table in rows:
            _restore(table, rows[table], cursor)
        connection.check_constraints()
        record_guards.install(connection)
        # The index's tables are no models, and what a test leaves of them may be another form.
        for generation in (CURRENT, NEXT):
            engine().drop(generation)
        engine().create(CURRENT)


def end_other_sessions() -> None:
    """Within the browser's event loop Django has another connection than outside of it. Whichever
    is left open in the end, PostgreSQL would not drop the database that it is to.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def _tables() -> list[str]:
    return sorted(connection.introspection.django_table_names(only_existing=True))


def _of(table: str, cursor: CursorWrapper) -> list[tuple]:
    cursor.execute(f"SELECT * FROM {table}")
    return cursor.fetchall()


def _restore(table: str, rows: list[tuple], cursor: CursorWrapper) -> None:
    if rows and _of(table, cursor) == rows:
        return
    cursor.execute(f"DELETE FROM {table}")
    if rows:
        places = ", ".join(["%s"] * len(rows[0]))
        cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
