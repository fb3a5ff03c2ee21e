"""Pages in memory with a hole where every publication changes them.

A publication begins a new epoch. Where it changed a release's page at all, it is mostly what that
leads on to; what the page says besides is that of its version, and a version never changes. So it
is rendered once in each process, and filled anew where it leads on to something else.
"""

import zlib
from collections.abc import Callable, Hashable
from typing import NamedTuple

from django.conf import settings
from django.utils.safestring import mark_safe

from news.caching.epoch import reader
from news.caching.store import Store

HOLE = mark_safe("\0")  # nosec B308 - a constant
"""A character that no page can hold: HTML forbids it."""

# Rendering costs a hundred times what this level does, and it leaves a sixth of a page.
_LEVEL = 1


class Stencil(NamedTuple):
    """A page as it was filled last, compressed; `filling` stands in it from `start` to `end`."""

    filling: Hashable
    start: int
    end: int
    page: bytes

    @property
    def size(self) -> int:
        return len(self.page) + len(str(self.filling))


class Stencils:
    """Stencils by key, at most `max_bytes` of them; none are kept where that is 0."""

    def __init__(self, max_bytes: int) -> None:
        self._store: Store[Stencil] = Store(max_bytes)

    def fill(
        self,
        key: Hashable,
        filling: Hashable,
        draw: Callable[[], str],
        make: Callable[[str], str],
    ) -> bytes:
        """The page `key` in UTF-8 with what `draw()` makes of `filling` in its hole.

        `make(HOLE)` renders the page where it isn't known; whatever it depends on, but for the
        hole, must be in `key`. `draw` is called where the page was filled with something else the
        last time, so whatever it depends on must be in `key` or in `filling`. Raises ValueError
        where `make` leaves not exactly one hole.
        """
        stencil = self._store.get(key)
        if stencil is None:
            before, after = (part.encode() for part in make(HOLE).split(HOLE))
        else:
            page = zlib.decompress(stencil.page)
            if stencil.filling == filling:
                return page
            before, after = page[: stencil.start], page[stencil.end :]
        content = draw().encode()
        page = b"".join((before, content, after))
        end = len(before) + len(content)
        self._store.put(key, Stencil(filling, len(before), end, zlib.compress(page, _LEVEL)))
        return page

    def clear(self) -> None:
        self._store.clear()


stencils = Stencils(settings.STENCIL_BYTES)
# By itself, for a process may have no page store that would see to it.
reader.when_removed(stencils.clear)
