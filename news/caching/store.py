"""A bounded place in a process's memory."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from news.caching.entries import Entry

_OVERHEAD = 1_000
"""Bytes that an entry costs besides its bodies and headers: the objects that hold it."""


class Sized(Protocol):
    @property
    def size(self) -> int:
        """Bytes."""


Kept = TypeVar("Kept", bound=Sized)


class Store(Generic[Kept]):
    """Entries by address, at most `max_bytes` of them; those asked for least recently go first.

    One entry an address: that of a new epoch takes the place of the old one. Safe among threads.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._entries: OrderedDict[Hashable, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def bytes_kept(self) -> int:
        return self._bytes

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, address: Hashable) -> Kept | None:
        with self._lock:
            entry = self._entries.get(address)
            if entry is not None:
                self._entries.move_to_end(address)
            return entry

    def put(self, address: Hashable, entry: Kept) -> None:
        """Keep `entry`; one that alone would take more than an eighth of the room is not kept."""
        with self._lock:
            old = self._entries.pop(address, None)
            if old is not None:
                self._bytes -= self._cost(address, old)
            cost = self._cost(address, entry)
            if cost > self.max_bytes // 8:
                return
            self._entries[address] = entry
            self._bytes += cost
            while self._bytes > self.max_bytes:
                oldest, dropped = self._entries.popitem(last=False)
                self._bytes -= self._cost(oldest, dropped)

    def drop(self, address: Hashable) -> None:
        with self._lock:
            old = self._entries.pop(address, None)
            if old is not None:
                self._bytes -= self._cost(address, old)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    @staticmethod
    def _cost(address: Hashable, entry: Kept) -> int:
        return entry.size + _OVERHEAD + len(str(address))


class Shelves:
    """Two stores of together `max_bytes`: one for pages, and a small one for whatever strangers can
    think up any number of (searches, redirects, addresses where nothing is), so that those push out
    no page.
    """

    def __init__(self, max_bytes: int) -> None:
        self._pages: Store[Entry] = Store(max_bytes - max_bytes // 8)
        self._others: Store[Entry] = Store(max_bytes // 8)

    @property
    def bytes_kept(self) -> int:
        return self._pages.bytes_kept + self._others.bytes_kept

    def __len__(self) -> int:
        return len(self._pages) + len(self._others)

    def clear(self) -> None:
        self._pages.clear()
        self._others.clear()

    def get(self, address: Hashable) -> Entry | None:
        return self._pages.get(address) or self._others.get(address)

    def put(self, address: Hashable, entry: Entry, *, is_page: bool) -> None:
        """Keep `entry` in the place of whatever was kept for `address`, on either shelf."""
        shelf, other = (self._pages, self._others) if is_page else (self._others, self._pages)
        shelf.put(address, entry)
        other.drop(address)


class Turns:
    """Lets one thread at a time make the answer of an address, and the others wait for it."""

    def __init__(self, patience_seconds: float) -> None:
        self._patience_seconds = patience_seconds
        self._lock = threading.Lock()
        self._taken: dict[Hashable, tuple[threading.Lock, int]] = {}

    @contextmanager
    def of(self, address: Hashable) -> Iterator[None]:
        """Wait for one's turn, or until patience runs out: then go on without it."""
        with self._lock:
            turn, waiting = self._taken.get(address, (threading.Lock(), 0))
            self._taken[address] = (turn, waiting + 1)
        has_turn = turn.acquire(timeout=self._patience_seconds)
        try:
            yield
        finally:
            if has_turn:
                turn.release()
            with self._lock:
                turn, waiting = self._taken[address]
                if waiting == 1:
                    del self._taken[address]
                else:
                    self._taken[address] = (turn, waiting - 1)
