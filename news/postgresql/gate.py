"""Nobody waits for a server that takes connections and says nothing: it is asked aside.

Otherwise every thread would wait for it at every request, as long as a connection may take; and
with one request a second that tries for all, that reader would.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from psycopg import OperationalError

from news.patience import AGAIN_SECONDS


class Gate:
    """Before each attempt to connect to one server. Safe among threads."""

    def __init__(self) -> None:
        self._shut = False
        self._changing = threading.Lock()

    @contextmanager
    def attempt(self, ask: Callable[[], None]) -> Iterator[None]:
        """Connect within. Where that ends without an answer, whoever comes next gets
        OperationalError at once, until `ask`, called aside again and again, has got one.
        """
        if self._shut:
            raise OperationalError("the database takes connections and does not answer")
        began = time.monotonic()
        try:
            yield
        except OperationalError:
            # By the time it took: where several servers are named, the last one's error is told.
            if _was_silence(began):
                self._shut_until(ask)
            raise

    def _shut_until(self, ask: Callable[[], None]) -> None:
        with self._changing:
            if self._shut:
                return
            self._shut = True
        try:
            threading.Thread(target=self._ask_aside, args=(ask,), daemon=True).start()
        except RuntimeError:  # no thread to be had: whoever comes next tries for all
            self._shut = False

    def _ask_aside(self, ask: Callable[[], None]) -> None:
        try:
            while True:
                time.sleep(AGAIN_SECONDS)
                began = time.monotonic()
                try:
                    ask()
                except OperationalError:
                    if _was_silence(began):
                        continue
                return  # it answered, or refused: that takes nobody's time
        finally:
            self._shut = False


def _was_silence(began: float) -> bool:
    return time.monotonic() - began >= AGAIN_SECONDS
