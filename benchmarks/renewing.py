"""The site right after a publication that changed nothing of the page that is asked for.

Each request belongs to another epoch, and the page store has what an earlier one asked for.
"""

import threading
from dataclasses import replace
from itertools import count

from ocsc_site.wsgi import django_application

# isort: split
# Models can be imported only now that Django is set up.
from news.caching import EpochReader, Moment
from news.caching.page_store import PageStore

ROOM = 16 * 1024**2


class Restless(EpochReader):
    """Tells of another epoch after each `begin`, to the thread that said so."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers = count()
        self._of_thread = threading.local()

    def begin(self) -> None:
        self._of_thread.number = next(self._numbers)

    def current(self, at) -> Moment:
        moment = super().current(at)
        return replace(moment, key=f"{moment.key}.{self._of_thread.number}")


reader = Restless()
store = PageStore(django_application, reader, ROOM)


def application(environ, start_response):
    reader.begin()
    return store(environ, start_response)
