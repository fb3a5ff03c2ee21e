"""Reading releases from a table: CSV or TSV, UTF-8 with or without a byte order mark, or
Windows-874, which is what old spreadsheets in Thailand wrote (TIS-620 is a part of it).

The first row names the columns, in any case and order: source_id (or id), title (or headline), date
(or dated), body (or text, content, paragraphs) and, if it likes, summary, category, source_url (or
url) and former (or legacy_paths), addresses parted by spaces. A line break in a body begins a
paragraph. Of columns that mean the same the first with something in it counts; what stands in
others is told, and not read.
"""

import csv
import json
from codecs import BOM_UTF8, getincrementaldecoder
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from news.importing.incoming import BadRecord, Incoming, incoming

_NAMES = {
    "source_id": "source_id", "id": "source_id",
    "title": "title", "headline": "title", "title_th": "title",
    "date": "date", "dated": "date",
    "body": "body", "text": "body", "content": "body", "text_th": "body", "paragraphs": "body",
    "summary": "summary", "summary_th": "summary",
    "category": "category", "topic": "category",
    "source_url": "source_url", "url": "source_url",
    "former": "former", "legacy_paths": "former",
}  # fmt: skip
"""A column's name -> what it means."""

UNREAD = "not read"
"""The meaning under which a row tells of columns that have something in it and aren't read."""

_NEEDED = ("source_id", "title", "body")
_BLOCK = 1024 * 1024
_MOST_IN_A_CELL = 16 * 1024**2

_ENCODINGS = (("utf-8", "UTF-8"), ("cp874", "Windows-874"))
_END = "end of the table"
"""A row added after the last. Where it is none, an open quotation mark has taken it in."""

Row = dict[str, str]


class BadTable(ValueError):
    """A file that is no table of releases; the message says why."""


def encoding_of(path: Path) -> str:
    """UTF-8 where every byte of the file is, else Windows-874. Raises BadTable."""
    with path.open("rb") as file:
        marked = file.read(len(BOM_UTF8)) == BOM_UTF8
        told = []
        for encoding, words in _ENCODINGS[:1] if marked else _ENCODINGS:
            file.seek(0)
            bad_line = _first_that_is_not(encoding, file)
            if not bad_line:
                return "utf-8-sig" if marked else encoding
            told.append(f"{words} (line {bad_line})")
    raise BadTable(f"the file is not {' and not '.join(told)}")


def _first_that_is_not(encoding: str, file: BinaryIO) -> int:
    """The number of the first line that can't be decoded; 0 where all can."""
    decoder = getincrementaldecoder(encoding)()
    line = 1
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
            line += block.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return line + error.object[: error.start].count(b"\n")
    return 0


@contextmanager
def rows(path: Path) -> Iterator[tuple[Iterator[tuple[int, Row]], BinaryIO]]:
    """(number of the row in a spreadsheet, cells by meaning), and the file for the progress."""
    csv.field_size_limit(_MOST_IN_A_CELL)
    with path.open("rb") as raw, path.open(encoding=encoding_of(path), newline="") as text:
        head = text.read(64 * 1024)
        text.seek(0)
        yield _rows(csv.reader(chain(text, [_END]), _dialect(head)), raw, text.buffer), raw


def _dialect(head: str) -> type[csv.Dialect]:
    class Table(csv.excel):
        first = head.partition("\n")[0]
        delimiter = max(",;\t", key=first.count)

    return Table


def _rows(cells: Iterator[list[str]], raw: BinaryIO, read: BinaryIO) -> Iterator[tuple[int, Row]]:
    number = 1
    try:
        head = next(cells)
        names = [name.strip() for name in head]
        meanings = [_NAMES.get(name.lower(), "") for name in names]
        if missing := [name for name in _NEEDED if name not in meanings]:
            taken = ", ".join(name for name, meaning in _NAMES.items() if meaning == missing[0])
            raise BadTable(f"the first row names no column for the {missing[0]}: one of {taken}")
        for number, row in enumerate(cells, start=2):
            raw.seek(read.tell())
            if row and row[-1].endswith(_END):
                if row == [_END]:
                    return
                raise BadTable(f"a quotation mark that row {number} opens is never closed")
            if any(cell.strip() for cell in row):
                yield number, _by_meaning(names, meanings, row)
    except csv.Error as error:
        raise BadTable(f"the table can't be read after row {number}: {error}") from error


def _by_meaning(names: Sequence[str], meanings: Sequence[str], cells: Sequence[str]) -> Row:
    row: Row = {}
    unread = []
    for name, meaning, cell in zip(names, meanings, cells, strict=False):
        if not meaning and cell.strip():
            unread.append(name)
        elif meaning and not row.get(meaning, "").strip():
            row[meaning] = cell
    return row | {UNREAD: ", ".join(unread)} if unread else row


def read(row: Row) -> Incoming:
    """The release of a row. Raises BadRecord."""
    if missing := [name for name in _NEEDED if not row.get(name, "").strip()]:
        raise BadRecord(f"{missing[0]} is empty")
    return incoming(
        source_id=row["source_id"],
        title=row["title"],
        dated=row.get("date", ""),
        paragraphs=row["body"].splitlines(),
        summary=row.get("summary", ""),
        category=row.get("category", ""),
        source_url=row.get("source_url", ""),
        former=row.get("former", "").split(),
        warnings=[f"not read: {row[UNREAD]}"] if UNREAD in row else (),
        form="csv",
        original=json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass"),
    )
