"""The epoch that every kept answer belongs to.

Epoch = (counter, site revision, last boundary <= at). The counter is raised in the publishing
transaction; a boundary is any moment at which a version begins or ends, or the site's banner ends,
so that a schedule's minute ends every cache with nothing running.
"""

import threading
import time
from dataclasses import dataclass
from datetime import datetime

from django.db import Error, close_old_connections, connection

from news.models import Epoch, SiteSettings, Version

REREAD_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Frame:
    """What the desk sets round every page. `level` is empty where no banner is shown."""

    mourning: bool = False
    level: str = ""
    th: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """The state that a render belongs to: part of every cache key, and how long it can hold.

    `key` is the same text for two requests exactly when the record and its frame are the same.
    """

    key: str
    counter: int
    site_revision: int
    last_boundary: datetime | None
    next_boundary: datetime | None
    frame: Frame = Frame()

    def holds_at(self, at: datetime) -> bool:
        return self.next_boundary is None or at < self.next_boundary

    def seconds_left(self, at: datetime) -> float:
        """Seconds from `at` to the next boundary; infinite where none is known."""
        if self.next_boundary is None:
            return float("inf")
        return max(0.0, (self.next_boundary - at).total_seconds())


class EpochUnreadable(Error):
    """The database can't tell the epoch. It is asked again a second later, and not before."""


class EpochReader:
    """Reads the epoch at most once a second per process, and at once when a boundary has passed."""

    def __init__(self, reread_seconds: float = REREAD_SECONDS) -> None:
        self._reread_seconds = reread_seconds
        self._lock = threading.Lock()
        # One tuple, so that no thread sees a moment with another one's time of reading.
        self._known: tuple[Moment, float] | None = None
        self._failed_at = float("-inf")

    def current(self, at: datetime) -> Moment:
        """The moment that holds at `at`. One query when it is reread, none otherwise.

        While one thread rereads, the others go on with what it will replace, unless a boundary has
        passed: a slow database must not stop pages that need nothing else of it. Raises
        `EpochUnreadable`.
        """
        known = self._known
        usable = known is not None and known[0].holds_at(at)
        if usable and time.monotonic() - known[1] < self._reread_seconds:
            return known[0]
        if not self._lock.acquire(blocking=not usable):
            return known[0]
        try:
            if self._known is not known and self._known and self._known[0].holds_at(at):
                return self._known[0]  # read by another thread while this one waited
            return self._read(at)
        finally:
            self._lock.release()

    def _read(self, at: datetime) -> Moment:
        began = time.monotonic()
        if began - self._failed_at < self._reread_seconds:
            raise EpochUnreadable("the epoch could not be read a moment ago")
        try:
            # Before any content is read: a publication in between makes the key too old, and the
            # render is then kept under a key that nobody asks for again.
            moment = _read_again(at)
        except (Error, Epoch.DoesNotExist) as error:
            self._failed_at = time.monotonic()
            raise EpochUnreadable(f"the epoch can't be read: {error}") from error
        self._known = (moment, began)
        return moment

    def forget(self) -> None:
        self._known, self._failed_at = None, float("-inf")


def _read_again(at: datetime) -> Moment:
    """The epoch, asked twice: the connection may have broken hours ago, with no request to notice
    as long as every answer came from memory.
    """
    try:
        return read_moment(at)
    except Error:
        if connection.in_atomic_block:
            raise  # a new connection would not see what this transaction did
        close_old_connections()
        return read_moment(at)


def read_moment(at: datetime) -> Moment:
    """The epoch straight from the database, in one query.

    Raises `Epoch.DoesNotExist` in a database without its one row: nothing could be kept safely.
    """
    epochs = Epoch.objects.with_boundaries(Version.objects.all(), at)
    epoch = epochs.with_frame(SiteSettings.objects.all()).get(pk=1)
    past = [moment for moment in (epoch.last_begin, epoch.last_end) if moment]
    ahead = [moment for moment in (epoch.next_begin, epoch.next_end) if moment]
    until = epoch.banner_until
    if until is not None:
        (past if until <= at else ahead).append(until)
    last = max(past, default=None)
    stamp = last.timestamp() if last else 0
    key = f"{epoch.counter}.{epoch.site_revision}.{stamp:.6f}"
    frame = _frame(epoch.frame or {}, has_ended=until is not None and until <= at)
    return Moment(key, epoch.counter, epoch.site_revision, last, min(ahead, default=None), frame)


def _frame(stored: dict, *, has_ended: bool) -> Frame:
    mourning = bool(stored.get("mourning"))
    if has_ended or not stored.get("shown"):
        return Frame(mourning)
    return Frame(mourning, stored["level"], stored["th"], stored["en"])


reader = EpochReader()
