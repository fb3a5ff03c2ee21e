"""How long the web server waits for one answer of PostgreSQL.

A database that hangs takes connections and answers nothing: without a limit of one's own each
request would hold its thread for good, and soon the last one. Keepalives don't notice, the kernel
there answers them; nor does the server's own limit, for the server stands still.

Only the web server has a limit: a command may copy, index or restore for hours. `news.postgresql`
keeps to it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

PROBE_SECONDS = 2.0
"""For who only asks whether the database is there, and for the epoch, which every page needs."""

READER_SECONDS = 5.0
"""For one statement of what readers ask for: ten times what is logged as slow. nginx waits 30."""

DESK_SECONDS = 30.0
"""For one statement of the desk: what an editor saves may wait for what another one does."""

AGAIN_SECONDS = 1.0
"""How long a server that took a connection without a word is left alone before it is asked again.
An attempt that took longer than this was such a silence; what is gone refuses at once.
"""

_OF_PROCESS: list[float] = []
_ASKED: ContextVar[float] = ContextVar("asked", default=DESK_SECONDS)


def begin(seconds: float = DESK_SECONDS) -> None:
    """From now on nothing in this process waits longer: said by the web server alone."""
    _OF_PROCESS[:] = [seconds]


def end() -> None:
    _OF_PROCESS.clear()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Wait no longer than `seconds` in here; without effect in a process that has no limit."""
    token = _ASKED.set(min(seconds, _ASKED.get()))
    try:
        yield
    finally:
        _ASKED.reset(token)


def of_process() -> float | None:
    """Seconds that nothing here may exceed; None for no limit."""
    return _OF_PROCESS[0] if _OF_PROCESS else None


def seconds() -> float | None:
    """Seconds that may be waited now for one answer; None for no limit."""
    return min(_OF_PROCESS[0], _ASKED.get()) if _OF_PROCESS else None
