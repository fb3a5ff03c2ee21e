"""Counts in memory what readers do, and writes it now and then.

A request never writes and never waits for the database: each process adds up what it saw and writes
it as one statement every few seconds and when it ends. What can't be written (a database that only
reads, or is away) is kept and tried again.
"""

import atexit
import logging
import threading
from collections import Counter

from django.db import Error, connections

logger = logging.getLogger(__name__)


class Tally:
    """One process's counts of one kind. With `seconds` 0 nothing is written but by `write`."""

    name: str
    """What is counted, for the log and for the thread that writes."""

    most: int
    """Different entries that a process keeps while it can't write. Further ones are not counted."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._counts: Counter[tuple] = Counter()
        self._writer: threading.Thread | None = None
        self._stopping = threading.Event()

    def note(self, entry: tuple) -> None:
        """Count `entry` once more. Never blocks on the database, never raises."""
        with self._lock:
            if entry in self._counts or len(self._counts) < self.most:
                self._counts[entry] += 1
            if self._writer is None and self._seconds:
                self._start()

    def write(self) -> int:
        """Add what was counted to the table; returns how much that was, 0 on failure."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return 0
        try:
            self.add(counts)
        except Error as error:
            # One line, not a trace every ten seconds for as long as the database only reads.
            logger.warning("%s could not be written and are kept: %s", self.name, error)
            with self._lock:
                self._counts.update(counts)
            return 0
        return counts.total()

    def add(self, counts: Counter[tuple]) -> None:
        """Write `counts`, all or nothing; raises a database error."""
        raise NotImplementedError

    def _start(self) -> None:
        # With the first entry, so in the process that serves, not in one that forks others.
        self._writer = threading.Thread(target=self._run, name=self.name, daemon=True)
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
