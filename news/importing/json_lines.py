"""Reading releases from JSON Lines: one object a line, plain or compressed by gzip or xz.

An object has "source_id", "title", "date" (YYYY-MM-DD), "paragraphs" (a list of texts) and, if it
likes, "source_url", "category", "summary" and "former" (a list of old addresses).
"""

import gzip
import json
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from news.importing.incoming import BadRecord, Incoming, incoming

_OPENERS = {".gz": gzip.open, ".xz": lzma.open}
_MOST_IN_A_LINE = 16 * 1024**2
_TOO_LONG = b""
"""Stands for a line that was not kept; no other that is handed on is empty."""
_BLOCK = 1024 * 1024


class DamagedFile(ValueError):
    """A compressed file that is none, or is not whole; the message says where."""


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """The lines of a file, and the file as it lies on disk, whose position tells the progress.

    Raises DamagedFile before the first line is taken.
    """
    with path.open("rb") as raw:
        opener = _OPENERS.get(path.suffix.lower())
        if opener is None:
            yield raw, raw
        else:
            _check(opener, raw)
            raw.seek(0)
            with opener(raw) as lines:
                yield lines, raw


def numbered(lines: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """(number from 1, line) of all lines that aren't empty."""
    number = 0
    while line := lines.readline(_MOST_IN_A_LINE + 1):
        number += 1
        if len(line) > _MOST_IN_A_LINE:
            while line and not line.endswith(b"\n"):
                line = lines.readline(_BLOCK)
            yield number, _TOO_LONG
        elif line.strip():
            yield number, line


def read(line: bytes) -> Incoming:
    """The release on a line. Raises BadRecord."""
    if line == _TOO_LONG:
        raise BadRecord(f"longer than {_MOST_IN_A_LINE // 1024**2} MB")
    given = _parsed(line)
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


def _check(opener: Callable[[BinaryIO], BinaryIO], raw: BinaryIO) -> None:
    """Unpack all of it once: the checksum that tells of damage comes after what it is of, and what
    is published can't be taken back.
    """
    lines = 0
    try:
        with opener(raw) as whole:
            while block := whole.read(_BLOCK):
                lines += block.count(b"\n")
    except (gzip.BadGzipFile, EOFError, zlib.error, lzma.LZMAError) as error:
        raise DamagedFile(f"damaged or cut short after line {lines} ({error})") from error


def _parsed(line: bytes) -> object:
    try:
        # Not left to json: that takes a line with NULs in it for UTF-16.
        return json.loads(line.strip().decode("utf-8-sig", "surrogatepass"))
    except UnicodeDecodeError as error:
        raise BadRecord(f"not UTF-8, from byte {error.start + 1} on") from error
    except json.JSONDecodeError as error:
        raise BadRecord(f"not JSON: {error.msg}, at character {error.pos + 1}") from error
    except ValueError as error:
        raise BadRecord("a number in it has thousands of digits") from error
    except RecursionError as error:
        raise BadRecord("its lists and objects are nested too deep") from error


def _text(given: dict, name: str, default: str | None = None) -> str:
    value = given.get(name, default)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise BadRecord(f"{name} is missing or no text")
    return value
