"""Which database a query is sent to: the primary, or for the reading public a replica of it.

Nothing but a public GET reads the replica; the desk, jobs and every write go to the primary, so
editors always see what they wrote. Within a public request the epoch decides
(`news.caching.epoch`): content is read where the epoch was, or an old text could be kept under a
new epoch. `OCSC_REPLICA_URL` must name one server, not several by turns, for the same reason.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import Error, connections

PRIMARY = "default"
REPLICA = "replica"

SUSPECT_SECONDS = 2.0
"""How long a database that failed is not asked again, where there is another one."""

_READING: ContextVar[str | None] = ContextVar("reading", default=None)
_failed_at: dict[str, float] = {}


def has_replica() -> bool:
    return REPLICA in settings.DATABASES


def current() -> str:
    """The alias that reads go to now."""
    return _READING.get() or PRIMARY


@contextmanager
def public_reads(alias: str) -> Iterator[None]:
    """Reads go to `alias`, or to what `follow` says; writes go to the primary as ever."""
    token = _READING.set(alias)
    try:
        yield
    finally:
        _READING.reset(token)


def follow(alias: str) -> None:
    """Within `public_reads`: let what is read from now on come from `alias`."""
    if _READING.get() is not None:
        _READING.set(alias)


def note_failure(alias: str) -> None:
    """`alias` did not answer."""
    _failed_at[alias] = time.monotonic()


def is_sound(alias: str) -> bool:
    """Whether `alias` may be asked. Without a replica it may always: there is no other one."""
    failed = _failed_at.get(alias, float("-inf"))
    return not has_replica() or time.monotonic() - failed >= SUSPECT_SECONDS


def forget_failures() -> None:
    _failed_at.clear()


class Router:
    """Django's question of which database; see this module."""

    def db_for_read(self, model, **hints) -> str:
        return current()

    def db_for_write(self, model, **hints) -> str:
        return PRIMARY

    def allow_relation(self, one, other, **hints) -> bool:
        return True

    def allow_migrate(self, db, app_label, **hints) -> bool:
        return db == PRIMARY


class _ReadingConnection:
    """`django.db.connection`, but for statements of one's own that follow the reads."""

    def __getattr__(self, name):
        return getattr(connections[current()], name)


connection = _ReadingConnection()

_LAG = """
SELECT CASE
    WHEN NOT pg_is_in_recovery() THEN 0
    WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
        AND EXISTS (SELECT FROM pg_stat_wal_receiver) THEN 0
    ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())
END
"""


def lag_seconds() -> float | None:
    """How far the replica is behind: 0 while it has all that the primary sent, and otherwise the
    age of the last transaction that it has. None where it doesn't answer, or tells nothing.
    """
    if connections[REPLICA].vendor != "postgresql":
        return None
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(_LAG)
            (lag,) = cursor.fetchone()
    except Error:
        connections[REPLICA].close()
        return None
    return None if lag is None else float(lag)
