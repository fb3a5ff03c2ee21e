"""The formats that releases come in, each as records and a function that reads one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from news.importing import csv_files, json_lines, saved_pages, xml_feeds
from news.importing.incoming import Incoming
from news.importing.pictures import Folder

FORMS = ("jsonl", "csv", "feed", "page")

_BY_ENDING = {
    ".jsonl": "jsonl", ".gz": "jsonl", ".xz": "jsonl",
    ".csv": "csv", ".tsv": "csv",
    ".xml": "feed", ".rss": "feed", ".atom": "feed", ".wxr": "feed",
    **dict.fromkeys(saved_pages.ENDINGS, "page"),
}  # fmt: skip

UNREADABLE = (OSError, json_lines.DamagedFile, csv_files.BadTable, xml_feeds.BadFeed)
"""What is raised while records are taken from a file that is none, ends early or is refused."""


@dataclass(frozen=True, slots=True)
class Source:
    """`raw` tells by its position how far the reading has come; None where only counting does."""

    word: str
    records: Iterator
    read: Callable[..., Incoming]
    raw: BinaryIO | None


def form_of(path: Path) -> str:
    """The format that a path's ending tells; a folder holds saved pages. Empty where it is none."""
    return "page" if path.is_dir() else _BY_ENDING.get(path.suffix.lower(), "")


@contextmanager
def opened(path: Path, form: str, media: Path | None = None) -> Iterator[Source]:
    """The records of a file; photos of feeds are looked for among the files in `media`."""
    if form == "jsonl":
        with json_lines.opened(path) as (lines, raw):
            yield Source("line", json_lines.numbered(lines), json_lines.read, raw)
    elif form == "csv":
        with csv_files.rows(path) as (rows, raw):
            yield Source("row", rows, csv_files.read, raw)
    elif form == "feed":
        with xml_feeds.items(path, Folder(media)) as (items, raw):
            yield Source("entry", items, xml_feeds.read, raw)
    else:
        with saved_pages.pages(path) as (pages, raw):
            yield Source("page", pages, saved_pages.read, raw)
