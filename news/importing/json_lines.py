"""Reading releases from JSON Lines: one object a line, plain or compressed by gzip or xz.

An object has "source_id", "title", "date" (YYYY-MM-DD), "paragraphs" (a list of texts) and, if it
likes, "source_url" and "category".
"""

import gzip
import json
import lzma
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from news.thai.text import normalise, single_line

_OPENERS = {".gz": gzip.open, ".xz": lzma.open}
_MAX_LINE = 16 * 1024**2


class BadLine(ValueError):
    """A line that is no release; the message says why."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A release as its source has it, its words in the form in which they are stored."""

    source_id: str
    source_url: str
    category: str
    title: str
    dated: date
    paragraphs: tuple[str, ...]


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
    """The release on a line. Raises BadLine."""
    try:
        given = json.loads(line)
    except ValueError as error:
        raise BadLine(f"not JSON: {error}") from error
    if not isinstance(given, dict):
        raise BadLine("not an object")
    title = single_line(normalise(_text(given, "title")))
    paragraphs = given.get("paragraphs")
    if not isinstance(paragraphs, list) or not all(isinstance(each, str) for each in paragraphs):
        raise BadLine("paragraphs is not a list of texts")
    texts = tuple(text for each in paragraphs if (text := normalise(each).strip()))
    if not title:
        raise BadLine("title is empty")
    if not texts:
        raise BadLine("paragraphs are empty")
    return Incoming(
        source_id=_limited(given, "source_id", 200, required=True),
        source_url=_limited(given, "source_url", 1000),
        category=single_line(normalise(_text(given, "category", default=""))),
        title=_within(title, "title", 1000),
        dated=_date(given),
        paragraphs=texts,
    )


def _text(given: dict, name: str, default: str | None = None) -> str:
    value = given.get(name, default)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise BadLine(f"{name} is missing or no text")
    return value


def _limited(given: dict, name: str, limit: int, *, required: bool = False) -> str:
    value = normalise(_text(given, name, default=None if required else "")).strip()
    if required and not value:
        raise BadLine(f"{name} is empty")
    return _within(value, name, limit)


def _within(value: str, name: str, limit: int) -> str:
    if len(value) > limit:
        raise BadLine(f"{name} has more than {limit} characters")
    return value


def _date(given: dict) -> date:
    value = _text(given, "date")
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise BadLine(f"date is no day: {value[:40]!r}") from error
    if not 1900 <= day.year <= 2100:
        raise BadLine(f"date is of the year {day.year}; Common Era, 1900 to 2100, is expected")
    return day
