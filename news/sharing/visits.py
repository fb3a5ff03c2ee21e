"""Counts followed short links in memory and writes them now and then.

A request never writes and never waits for the database: each process adds up what it saw and writes
it as one statement every ten seconds and when it ends. What can't be written (a database that only
reads, or is away) is kept and tried again.
"""

import atexit
import logging
import threading
from collections import Counter
from datetime import date

from django.conf import settings
from django.db import Error, connections

from news.models import Visit

logger = logging.getLogger(__name__)

MOST_ENTRIES = 10_000
"""Rows that a process keeps while it can't write: about 3 MB. Further ones are not counted."""


class VisitCounter:
    """One process's counts. With `seconds` 0 nothing is written but by `write`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._counts: Counter[tuple] = Counter()
        self._writer: threading.Thread | None = None
        self._stopping = threading.Event()

    def count(self, *, day: date, key: str, channel: str, language: str, is_bot: bool) -> None:
        """Note one visit. Never blocks on the database, never raises."""
        entry = (day, key, str(channel), language, is_bot)
        with self._lock:
            if entry in self._counts or len(self._counts) < MOST_ENTRIES:
                self._counts[entry] += 1
            if self._writer is None and self._seconds:
                self._start()

    def write(self) -> int:
        """Add what was counted to the table; returns the number of visits written, 0 on failure."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return 0
        try:
            Visit.objects.add(counts)
        except Error as error:
            # One line, not a trace every ten seconds for as long as the database only reads.
            logger.warning("visits could not be written and are kept: %s", error)
            with self._lock:
                self._counts.update(counts)
            return 0
        return counts.total()

    def _start(self) -> None:
        # With the first visit, so in the process that serves, not in one that forks others.
        self._writer = threading.Thread(target=self._run, name="visits", daemon=True)
        self._writer.start()
        atexit.register(self._finish)

    def _run(self) -> None:
        while not self._stopping.wait(self._seconds):
            self._write_and_disconnect()

    def _write_and_disconnect(self) -> None:
        try:
            self.write()
        finally:
            connections.close_all()  # this thread's own

    def _finish(self) -> None:
        self._stopping.set()
        self._write_and_disconnect()


counter = VisitCounter(settings.VISITS_WRITE_SECONDS)
