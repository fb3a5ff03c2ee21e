"""The alarm for a query that is asked for each row: in every test that asks for a page."""

import threading
from collections import Counter
from contextlib import ExitStack
from typing import Self

from django.core.signals import request_finished, request_started
from django.db import connections

MOST_REPEATS = 10
"""The same statement this often in one request, whatever its values, is one for each row. What a
form writes is written row by row and may be asked for so; what is read may not.
"""


class _Request(threading.local):
    """What the request of this thread has asked: a browser asks for photos in several at once."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.reads = True


class QueryAlarm:
    """While it is on, `rung` collects the statements that one request repeated too often."""

    def __init__(self) -> None:
        self.rung: list[str] = []
        self._request = _Request()
        self._watch = ExitStack()

    def __enter__(self) -> Self:
        request_started.connect(self.begin)
        request_finished.connect(self.end)
        for connection in connections.all():
            self._watch.enter_context(connection.execute_wrapper(self._note))
        return self

    def __exit__(self, *_error) -> None:
        self._watch.close()
        request_started.disconnect(self.begin)
        request_finished.disconnect(self.end)

    def _note(self, execute, sql, params, many, context):
        self._request.asked[sql] += 1
        return execute(sql, params, many, context)

    def begin(self, environ=None, **_kwargs) -> None:
        self._request.asked.clear()
        self._request.reads = (environ or {}).get("REQUEST_METHOD", "GET") in {"GET", "HEAD"}

    def end(self, **_kwargs) -> None:
        self.rung += [
            f"{times} times in one request: {sql[:300]}"
            for sql, times in self._request.asked.items()
            if self._request.reads and times > MOST_REPEATS and sql.startswith("SELECT")
        ]
