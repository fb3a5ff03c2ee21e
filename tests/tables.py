"""The database as the migrations leave it, again after a test that commits."""

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from news import record_guards
from news.search.engine import CURRENT, NEXT
from news.search.engines import engine

_rows: dict[str, list[tuple]] = {}
"""Table -> its rows, as the migrations leave them."""


def note_what_the_migrations_left() -> None:
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.django_table_names(only_existing=True)):
            cursor.execute(f"SELECT * FROM {table}")
            _rows[table] = cursor.fetchall()


def leave_what_the_migrations_left() -> None:
    """Django would empty all tables, and then make content types and permissions again: on
    PostgreSQL, which makes a new file for each table that it truncates, that took longer than most
    tests. The guards refuse either.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        record_guards.remove(connection)
        _restore_rows(cursor)
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


def _restore_rows(cursor: CursorWrapper) -> None:
    for table, rows in _rows.items():
        if rows:
            cursor.execute(f"SELECT * FROM {table}")
            if cursor.fetchall() == rows:
                continue
        cursor.execute(f"DELETE FROM {table}")
        if rows:
            places = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
