"""Which engine serves the database that the site runs on."""

from functools import cache

from django.db import connection

from news.search.engine import Engine
from news.search.postgres import PostgresEngine
from news.search.sqlite import SqliteEngine

_ENGINES: dict[str, type[Engine]] = {"sqlite": SqliteEngine, "postgresql": PostgresEngine}


def engine() -> Engine:
    """The engine of the default database."""
    return _engine(connection.vendor)


@cache
def _engine(vendor: str) -> Engine:
    return _ENGINES[vendor]()
