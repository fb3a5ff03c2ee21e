"""A release's photographs as one ZIP file that is written while it is sent.

Stored, not compressed (JPEG gains nothing by it), so its length is known before the first byte; no
file and no memory ever holds the whole. After PKWARE's APPNOTE, 4.3; the sizes of an entry follow
its bytes (4.3.9), as a stream needs it.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

PIECE = 64 * 1024
"""Bytes that are read and sent at a time."""

_LOCAL_HEADER, _DESCRIPTOR, _CENTRAL_HEADER, _END = 30, 16, 46, 22
_MOST_BYTES = 2**31 - 1
"""Of one archive: below the size at which ZIP's fields are other ones."""

CONTENT_TYPE = "application/zip"


class TooLarge(ValueError):
    """The files don't fit a plain ZIP archive."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file: its ASCII name, its length in bytes, and what opens it when its turn comes."""

    name: str
    byte_size: int
    open: Callable[[], BinaryIO]


def length(members: Iterable[Member]) -> int:
    """The archive's length in bytes. Raises `TooLarge`."""
    overhead = _LOCAL_HEADER + _DESCRIPTOR + _CENTRAL_HEADER
    total = _END + sum(overhead + 2 * len(each.name) + each.byte_size for each in members)
    if total > _MOST_BYTES:
        raise TooLarge(total)
    return total


def stream(members: Iterable[Member], at: datetime) -> Iterator[bytes]:
    """The archive in pieces; each file is opened, read and closed in its turn.

    `at` is what the files are dated, in its own time zone. Raises ValueError in the middle for a
    file of another length than its member says: the reader's program then sees a broken download
    instead of a wrong archive.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for member in members:
            info = zipfile.ZipInfo(member.name, at.timetuple()[:6])
            info.external_attr = 0o644 << 16
            info.file_size = member.byte_size
            with member.open() as source, archive.open(info, "w") as target:
                left = member.byte_size
                while piece := source.read(PIECE):
                    left -= len(piece)
                    target.write(piece)
                    yield sink.taken()
            if left:
                raise ValueError(f"{member.name} has not the length that it should have")
            yield sink.taken()
    yield sink.taken()


class _Sink:
    """Where the archive writes to. It can't go back, so the writer doesn't try to."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        """What was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
