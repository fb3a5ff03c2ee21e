"""Reading releases from JSON Lines: one object a line, plain or compressed by gzip or xz.

An object has "source_id", "title", "date" (YYYY-MM-DD), "paragraphs" (a list of texts) and, if it
likes, "source_url", "category", "summary" and "former" (a list of old addresses).
"""

import gzip
import json
import lzma
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from news.importing.incoming import BadRecord, Incoming, incoming

_OPENERS = {".gz": gzip.open, ".xz": lzma.open}
_MAX_LINE = 16 * 1024**2


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """The lines of a file, and the file as it lies on disk, whose position tells the progress."""
    with path.open("rb") as raw:
        opener = _OPENERS.get(path.suffix)
        if opener is None:
            yield raw, raw
        else:
            with opener(raw) as lines:
                yield lines, raw


def numbered(lines: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """(number from 1, line) of all lines that aren't empty; a line of more than 16 MB is cut."""
    number = 0
    while line := lines.readline(_MAX_LINE):
        number += 1
        if line.strip():
            yield number, line


def read(line: bytes) -> Incoming:
    """The release on a line. Raises BadRecord."""
    try:
        given = json.loads(line)
    except ValueError as error:
        raise BadRecord(f"not JSON: {error}") from error
    if not isinstance(given, dict):
        raise BadRecord("not an object")
    paragraphs = given.get("paragraphs")
    if not isinstance(paragraphs, list) or not all(isinstance(each, str) for each in paragraphs):
        raise BadRecord("paragraphs is not a list of texts")
    former = given.get("former", [])
    if not isinstance(former, list) or not all(isinstance(each, str) for each in former):
        raise BadRecord("former is not a list of addresses")
    return incoming(
        form="jsonl",
        original=line.rstrip(b"\r\n"),
        former=former,
        summary=_text(given, "summary", default=""),
        source_id=_text(given, "source_id"),
        title=_text(given, "title"),
        dated=_text(given, "date"),
        paragraphs=paragraphs,
        source_url=_text(given, "source_url", default=""),
        category=_text(given, "category", default=""),
    )


def _text(given: dict, name: str, default: str | None = None) -> str:
    value = given.get(name, default)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise BadRecord(f"{name} is missing or no text")
    return value
