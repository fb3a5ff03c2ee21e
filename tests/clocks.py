"""Python's clock and the database's, moved together: the record's guards go by the second one, so a
test that publishes on another day needs both.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import time_machine
from django.db import connection
from django.db.backends.signals import connection_created

_PATH = "SET search_path = {}"
# What stands before pg_catalog is found first. Nothing is made in it, as public comes before.
_MOVED, _REAL = _PATH.format("public, test_clock, pg_catalog"), _PATH.format("DEFAULT")


class Clocks:
    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller

    def move_to(self, moment: datetime, *, tick: bool | None = None) -> None:
        """With `tick` off Python's clock, and SQLite's, stand still until it is on again."""
        self._traveller.move_to(moment, tick=tick)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE test_clock.ahead SET by = %s - pg_catalog.clock_timestamp()", [moment]
                )


@contextmanager
def travelling(moment: datetime) -> Iterator[Clocks]:
    """It is `moment` (aware) for Python and the database while the block runs."""
    moved = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
    with time_machine.travel(moment) as traveller, moved():
        clocks = Clocks(traveller)
        clocks.move_to(moment)
        yield clocks


@contextmanager
def _on_sqlite() -> Iterator[None]:
    connection_created.connect(_take_pythons_clock)
    connection.ensure_connection()
    _take_pythons_clock(connection=connection)
    try:
        yield
    finally:
        connection_created.disconnect(_take_pythons_clock)


def _take_pythons_clock(*, connection, **_kwargs) -> None:
    """For as long as it is open: SQLite has no way back to its own function."""
    connection.connection.create_function("strftime", -1, _strftime)


def _strftime(form: str, *when: str) -> str:
    """As SQLite's own, which tells all moments but this one."""
    if when and when[0].lower() == "now":
        when = (datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"), *when[1:])
    with closing(sqlite3.connect(":memory:")) as plain:
        places = ", ".join("?" * (1 + len(when)))
        return plain.execute(f"SELECT strftime({places})", [form, *when]).fetchone()[0]


@contextmanager
def _on_postgresql() -> Iterator[None]:
    def take_the_path(*, connection, **_kwargs) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_MOVED)

    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE SCHEMA test_clock;
            CREATE TABLE test_clock.ahead (by interval);
            INSERT INTO test_clock.ahead VALUES ('0');
            CREATE FUNCTION test_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
                AS 'SELECT pg_catalog.clock_timestamp() + by FROM test_clock.ahead';
            """
        )
        cursor.execute(_MOVED)
    connection_created.connect(take_the_path)
    try:
        yield
    finally:
        connection_created.disconnect(take_the_path)
        with connection.cursor() as cursor:
            cursor.execute(f"{_REAL}; DROP SCHEMA test_clock CASCADE")
