"""Reading releases from XML: RSS 2.0, Atom, and what WordPress exports (WXR: RSS with more).

A document type is refused, and with it entities of every kind: they are how a kilobyte becomes a
gigabyte and how a file of this machine gets into a release. What was read is forgotten at once.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, iterparse
from django.utils.dateparse import parse_datetime

from news.html import plain
from news.importing.incoming import (
    THAI_CODES,
    BadRecord,
    Incoming,
    IncomingPhoto,
    fitting,
    incoming,
)
from news.importing.pictures import Folder, images_in
from news.thai.dates import bangkok_day

_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_DC_DATE = "{http://purl.org/dc/elements/1.1/}date"
_WP = re.compile(r"\{http://wordpress\.org/export/[0-9.]+/\}(.+)")
_EXCERPT = re.compile(r"\{http://wordpress\.org/export/[0-9.]+/excerpt/\}encoded")
_SHORTCODE = re.compile(r"\[/?(?:gallery|caption|embed|video|audio|playlist)\b[^\]]*\]")
_BLANK_LINE = re.compile(r"\n\s*\n")
_DECLARED = re.compile(rb"encoding=[\"']([A-Za-z0-9_-]+)")
_DEEPEST = 200
_MOST_AT_ONCE = 16 * 1024**2
_ZERO_DATE = re.compile(r"0000-00-00|.*\s-?0000\s")
"""No day, as databases and calendars write it; the mail format takes the year for 2000."""

PUBLISHED = {"publish", "inherit"}


class BadFeed(ValueError):
    """A file that is no feed, or that must not be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as it stands, and what its elements say."""

    form: str
    xml: bytes
    source_id: str
    url: str
    title: str
    content: str
    summary: str
    category: str
    date: str
    is_release: bool
    photos: tuple[IncomingPhoto, ...]
    warnings: tuple[str, ...]


@contextmanager
def items(path: Path, folder: Folder) -> Iterator[tuple[Iterator[tuple[int, Item]], BinaryIO]]:
    """(number from 1, entry), and the file for the progress; photos are looked for in `folder`."""
    with path.open("rb") as file:
        yield _items(file, folder), file


def _items(file: BinaryIO, folder: Folder) -> Iterator[tuple[int, Item]]:
    number = depth = 0
    root: Element | None = None
    for event, element in _events(file):
        if root is None:
            root = _checked(element)
        if event == "start":
            depth += 1
            if depth > _DEEPEST:
                raise BadFeed(f"entry {number + 1}: elements are nested more than {_DEEPEST} deep")
            continue
        depth -= 1
        # What lies deeper is a part of an entry, whatever its name.
        if (element.tag, depth) not in {("item", 2), (f"{_ATOM}entry", 1)}:
            continue
        number += 1
        item = _atom(element, folder) if element.tag != "item" else _rss(element, folder)
        if item.is_release:
            yield number, item
        element.clear()
        if element.tag != "item":
            root.remove(element)


def _events(file: BinaryIO) -> Iterator[tuple[str, Element]]:
    """("start" or "end", element) of a document. Raises BadFeed."""
    try:
        # defusedxml refuses external entities by itself; no feed needs a document type at all.
        parser = DefusedXMLParser(encoding=_encoding(file), forbid_dtd=True)
        bounded = _Bounded(file)
        for event in iterparse(bounded, events=("start", "end"), parser=parser):
            bounded.left = _MOST_AT_ONCE
            yield event
    except DefusedXmlException as error:
        raise BadFeed("it declares a document type or entities: refused") from error
    except (ParseError, UnicodeError) as error:
        raise BadFeed(f"it is no well-formed XML to its end: {error}") from error
    except (LookupError, ValueError) as error:
        raise BadFeed(f"the encoding that it declares can't be read: {error}") from error


class _Bounded:
    """A file to be parsed that ends with an error where nothing but one tag or text comes of it.

    The parser looks at an unfinished tag anew with every block.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.left = _MOST_AT_ONCE
        self._file = file

    def read(self, size: int) -> bytes:
        self.left -= size
        if self.left < 0:
            raise BadFeed(f"a single element is larger than {_MOST_AT_ONCE // 1024**2} MB")
        return self._file.read(size)


def _encoding(file: BinaryIO) -> str | None:
    """The encoding to read by where the parser doesn't know the declared one's name."""
    declared = _DECLARED.search(file.read(200))
    file.seek(0)
    thai = declared is not None and declared[1].decode("ascii").lower() in THAI_CODES
    return "cp874" if thai else None


def _checked(root: Element) -> Element:
    if root.tag not in {"rss", f"{_ATOM}feed"}:
        raise BadFeed(f"it is neither RSS, Atom nor WordPress's export: it begins with {root.tag}")
    return root


def _text(element: Element, *tags: str) -> str:
    for tag in tags:
        found = element.find(tag)
        if found is not None and (text := "".join(found.itertext()).strip()):
            return text
    return ""


def _rss(element: Element, folder: Folder) -> Item:
    wordpress = {
        match[1]: (child.text or "").strip()
        for child in element
        if (match := _WP.fullmatch(child.tag))
    }
    excerpts = [child.text or "" for child in element if _EXCERPT.fullmatch(child.tag)]
    url = _text(element, "link")
    content = _text(element, _CONTENT, "description")
    date = wordpress.get("post_date", "") or _text(element, "pubDate", _DC_DATE)
    photos, warnings = images_in(content, folder)
    categories = [
        child.text or ""
        for child in element.findall("category")
        if child.get("domain", "category") == "category"
    ]
    former = f"?p={wordpress['post_id']}" if wordpress.get("post_id") else ""
    return Item(
        form="wxr" if wordpress else "feed",
        xml=tostring(element, encoding="utf-8"),
        source_id=_text(element, "guid") or former or url,
        url=url,
        title=_text(element, "title"),
        content=_paragraphs(content),
        summary=plain(excerpts[0] if excerpts else _summary(element)),
        category=categories[0] if categories else "",
        date=_day(date),
        is_release=not wordpress
        or (
            wordpress.get("post_type", "post") == "post"
            and wordpress.get("status", "publish") in PUBLISHED
            and not wordpress.get("post_password")
        ),
        photos=photos,
        warnings=warnings,
    )


def _summary(element: Element) -> str:
    """The description, where the text itself stands elsewhere."""
    return _text(element, "description") if element.find(_CONTENT) is not None else ""


def _atom(element: Element, folder: Folder) -> Item:
    links = {
        link.get("rel", "alternate"): link.get("href", "")
        for link in element.findall(f"{_ATOM}link")
    }
    content = _inner(element, f"{_ATOM}content") or _inner(element, f"{_ATOM}summary")
    photos, warnings = images_in(content, folder)
    category = element.find(f"{_ATOM}category")
    has_content = element.find(f"{_ATOM}content") is not None
    return Item(
        form="feed",
        xml=tostring(element, encoding="utf-8"),
        source_id=_text(element, f"{_ATOM}id") or links.get("alternate", ""),
        url=links.get("alternate", ""),
        title=plain(_text(element, f"{_ATOM}title")),
        content=_paragraphs(content),
        summary=plain(_inner(element, f"{_ATOM}summary")) if has_content else "",
        category=(category.get("label") or category.get("term", ""))
        if category is not None
        else "",
        date=_day(_text(element, f"{_ATOM}published", f"{_ATOM}updated")),
        is_release=True,
        photos=photos,
        warnings=warnings,
    )


def _inner(element: Element, tag: str) -> str:
    """HTML of an Atom text: as characters, or as XHTML whose elements lose their namespace."""
    found = element.find(tag)
    if found is None:
        return ""
    if found.get("type") != "xhtml":
        return found.text or ""
    inner = "".join(tostring(child, encoding="unicode") for child in found)
    return re.sub(r"(</?)(?:[a-z0-9]+:)", r"\1", inner)


def _paragraphs(content: str) -> str:
    """HTML in paragraphs; WordPress keeps them as blank lines."""
    content = _SHORTCODE.sub("", content)
    if re.search(r"<(?:p|div|br|table|ul|ol)\b", content, re.IGNORECASE):
        return content
    parts = (part.strip() for part in _BLANK_LINE.split(content))
    return "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in parts if part)


def _day(written: str) -> str:
    """The Bangkok day of a moment in any of the ways that feeds write one; else as written."""
    if not written or _ZERO_DATE.match(written):
        return ""
    try:
        moment = parse_datetime(written) or parsedate_to_datetime(written)
        return (bangkok_day(moment) if moment.tzinfo else moment.date()).isoformat()
    except (ValueError, OverflowError):
        return written


def read(item: Item) -> Incoming:
    """The release of an entry. Raises BadRecord."""
    if not item.title:
        raise BadRecord("title is empty")
    return incoming(
        source_id=fitting(item.source_id),
        title=plain(item.title) or item.title,
        dated=item.date,
        body=item.content,
        summary=item.summary[:1000] if item.summary != plain(item.content) else "",
        category=item.category,
        source_url=item.url,
        photos=item.photos,
        form=item.form,
        original=item.xml,
        warnings=item.warnings,
    )
