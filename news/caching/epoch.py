"""The epoch that every kept answer belongs to.

Epoch = (counter, site revision, last boundary <= at). The counter is raised in the publishing
transaction; a boundary is any moment at which a version begins or ends, or the site's banner ends,
so that a schedule's minute ends every cache with nothing running.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import Error, close_old_connections, connections
from django.db.models import QuerySet
from django.utils import timezone

from news import patience, sources
from news.models import Epoch, SiteSettings, Version
from news.prepared import Prepared
from news.sources import PRIMARY, REPLICA

REREAD_SECONDS = 1.0
_OLDEST_SECONDS = 2.0
"""After this long nobody goes on with what is known while another thread rereads."""

IDLE_SECONDS = 10.0
"""A process that nobody asks reads the epoch so often all the same, to hear of removals."""


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
    `source` is the database that it was read from, and that content must be read from. `removals`
    tells how often something had been removed or erased by then.
    """

    key: str
    counter: int
    site_revision: int
    last_boundary: datetime | None
    next_boundary: datetime | None
    frame: Frame = Frame()
    source: str = PRIMARY
    removals: int = 0

    @property
    def site(self) -> tuple[int, Frame]:
        """What of every page the desk changes without publishing anything."""
        return self.site_revision, self.frame

    def is_behind(self, other: "Moment") -> bool:
        """Whether `other` was read from a database that had more of the record."""
        return (self.counter, self.site_revision) < (other.counter, other.site_revision)

    def is_of_the_record_of(self, other: "Moment") -> bool:
        """Whether both were read from databases with the same record."""
        return (self.counter, self.site_revision, self.removals) == (
            other.counter,
            other.site_revision,
            other.removals,
        )

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
        self._removals = self._counter = 0
        self._forgetting: list[Callable[[], None]] = []
        self._keeping_up: threading.Thread | None = None
        self._ended = threading.Event()

    @property
    def removals(self) -> int:
        """How many removals and erasures this process knows of. Only the primary's own word takes
        it back: it was restored to before one, or a replica that lacks one was promoted.
        """
        return self._removals

    @property
    def counter(self) -> int:
        """That of the moment that was read last, however long ago."""
        return self._counter

    def when_removed(self, forget: Callable[[], None]) -> None:
        """Have `forget` called where `removals` has become another number, before anybody is given
        a moment with it.
        """
        self._forgetting.append(forget)

    def current(self, at: datetime) -> Moment:
        """The moment that holds at `at`. One query when it is reread, none otherwise.

        What a public request reads afterwards comes from the same database. While one thread
        rereads, the others go on with what it will replace, unless a boundary has passed or it is
        older than `_OLDEST_SECONDS`: a slow database must not stop pages that need nothing else of
        it. Raises `EpochUnreadable`.
        """
        moment = self._current(at)
        sources.follow(moment.source)
        return moment

    def _current(self, at: datetime) -> Moment:
        known = self._known
        usable = known is not None and known[0].holds_at(at) and sources.is_sound(known[0].source)
        age = time.monotonic() - known[1] if usable else 0.0
        if usable and age < self._reread_seconds:
            return known[0]
        # Where nobody asked for a while, as behind a web server that keeps pages, what is known is
        # that old; a page given with it would be kept for as long once more. But a database that
        # doesn't answer is waited for by one thread at a time.
        usable = usable and (age < _OLDEST_SECONDS or self._failed_at > known[1])
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
            with patience.at_most(patience.PROBE_SECONDS):
                moment = (
                    _read_newest(at, self._removals)
                    if sources.has_replica()
                    else _read_again(at, PRIMARY)
                )
        except (Error, Epoch.DoesNotExist) as error:
            self._failed_at = time.monotonic()
            raise EpochUnreadable(f"the epoch can't be read: {error}") from error
        if self._removals != moment.removals:
            self._removals = moment.removals
            for forget in self._forgetting:
                forget()
        self._counter = moment.counter
        self._known = (moment, began)
        return moment

    def keep_up(self, idle_seconds: float = IDLE_SECONDS) -> None:
        """From now on read the epoch aside where no request has for `idle_seconds`. Else a process
        that nobody asked would keep in memory what was removed, and would not have heard of it when
        its database is lost.
        """
        with self._lock:
            if self._keeping_up is None:
                self._keeping_up = threading.Thread(
                    target=self._read_aside, args=(idle_seconds,), name="epoch", daemon=True
                )
                self._keeping_up.start()

    def end(self) -> None:
        """Read nothing aside any more."""
        self._ended.set()
        if self._keeping_up is not None:
            self._keeping_up.join()

    def _read_aside(self, idle_seconds: float) -> None:
        left = idle_seconds
        while not self._ended.wait(left):
            known = self._known
            left = idle_seconds - (time.monotonic() - known[1]) if known else 0.0
            if left > 0:
                continue
            left = idle_seconds
            try:
                self._current(timezone.now())
            except EpochUnreadable:
                pass  # as the next request finds out, and /readyz tells
            finally:
                connections.close_all()  # this thread's own

    @property
    def has_read(self) -> bool:
        """Whether this process has ever reached its database."""
        return self._known is not None

    def forget(self) -> None:
        self._known, self._failed_at = None, float("-inf")


def _read_newest(at: datetime, removals: int) -> Moment:
    """The replica's epoch where it has what the primary has, no less and no more, else the
    primary's.

    So a replica that lags is not read for as long as it does, and no process goes back in time; nor
    is one read that kept what a primary was restored to before.
    Only while the primary is gone is the replica taken as it is, unless it lacks one of the
    `removals` that are known (docs/decisions/0012).
    """
    found: dict[str, Moment] = {}
    for alias in (PRIMARY, REPLICA):
        # A database that failed a moment ago makes nobody wait while there is another one.
        if sources.is_sound(alias) or (alias == REPLICA and not found):
            try:
                found[alias] = _read_again(at, alias)
            except Error:
                sources.note_failure(alias)
    if not found:
        raise EpochUnreadable("neither the primary nor the replica answers")
    if PRIMARY not in found and found[REPLICA].removals < removals:
        raise EpochUnreadable("the replica lacks a removal, and the primary does not answer")
    if PRIMARY in found and REPLICA in found:
        agree = found[REPLICA].is_of_the_record_of(found[PRIMARY])
        return found[REPLICA if agree else PRIMARY]
    return found[REPLICA if REPLICA in found else PRIMARY]


def _read_again(at: datetime, alias: str) -> Moment:
    """The epoch, asked twice: the connection may have broken hours ago, with no request to notice
    as long as every answer came from memory.
    """
    try:
        return read_moment(at, alias)
    except Error:
        if connections[alias].in_atomic_block:
            raise  # a new connection would not see what this transaction did
        close_old_connections()
        return read_moment(at, alias)


def read_moment(at: datetime, alias: str = PRIMARY) -> Moment:
    """The epoch straight from the database `alias`, in one query.

    Raises `Epoch.DoesNotExist` in a database without its one row: nothing could be kept safely.
    """
    found = _EPOCH.ask({"at": at}, using=alias)
    if not found:
        raise Epoch.DoesNotExist
    (epoch,) = found
    past = [moment for moment in (epoch.last_begin, epoch.last_end) if moment]
    ahead = [moment for moment in (epoch.next_begin, epoch.next_end) if moment]
    until = epoch.banner_until
    if until is not None:
        (past if until <= at else ahead).append(until)
    last = max(past, default=None)
    stamp = last.timestamp() if last else 0
    key = f"{epoch.counter}.{epoch.site_revision}.{stamp:.6f}"
    frame = _frame(epoch.frame or {}, has_ended=until is not None and until <= at)
    ahead_of_it = min(ahead, default=None)
    return Moment(
        key,
        epoch.counter,
        epoch.site_revision,
        last,
        ahead_of_it,
        frame=frame,
        source=alias,
        removals=epoch.removals,
    )


def _epoch(values: Mapping[str, object]) -> QuerySet[Epoch]:
    epochs = Epoch.objects.with_boundaries(Version.objects.all(), values["at"])
    return epochs.with_frame(SiteSettings.objects.all()).filter(pk=1)


_EPOCH = Prepared(Epoch, _epoch, samples={"at": datetime(1, 1, 2, tzinfo=UTC)})


def _frame(stored: dict, *, has_ended: bool) -> Frame:
    mourning = bool(stored.get("mourning"))
    if has_ended or not stored.get("shown"):
        return Frame(mourning)
    return Frame(mourning, stored["level"], stored["th"], stored["en"])


reader = EpochReader()
