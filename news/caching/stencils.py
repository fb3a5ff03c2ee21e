"""Pages in memory with a hole where every publication changes them.

A publication begins a new epoch, and with it every page is made anew, though all that changes on
most of them is what they lead on to. What a release's page says besides is that of its version, and
a version never changes: it is rendered once in each process, and filled in afterwards.
"""

import zlib
from collections.abc import Callable, Hashable
from typing import NamedTuple

from django.conf import settings
from django.utils.safestring import mark_safe

from news.caching.store import Store

HOLE = mark_safe("\0")
"""A character that no page can hold: HTML forbids it."""

# Rendering costs a hundred times what this level does, and it leaves a sixth of a page.
_LEVEL = 1


class Stencil(NamedTuple):
    """What stands before the hole and after it, compressed."""

    before: bytes
    after: bytes

    @property
    def size(self) -> int:
        return len(self.before) + len(self.after)


class Stencils:
    """Stencils by key, at most `max_bytes` of them; none are kept where that is 0."""

    def __init__(self, max_bytes: int) -> None:
        self._store: Store[Stencil] = Store(max_bytes)

    def fill(self, key: Hashable, content: str, make: Callable[[str], str]) -> bytes:
        """The page `key` in UTF-8 with `content` in its hole.

        `make(HOLE)` renders it where it isn't known; whatever it depends on, but for the hole, must
        be in `key`. Raises ValueError where the page it makes has not exactly one hole.
        """
        stencil = self._store.get(key)
        if stencil is None:
            before, after = make(HOLE).split(HOLE)
            stencil = Stencil(*(zlib.compress(part.encode(), _LEVEL) for part in (before, after)))
            self._store.put(key, stencil)
        before, after = map(zlib.decompress, stencil)
        return b"".join((before, content.encode(), after))

    def clear(self) -> None:
        self._store.clear()


stencils = Stencils(settings.STENCIL_BYTES)
