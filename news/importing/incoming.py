"""A release as another site has it, whatever format it comes in."""

import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlsplit

from news.html import plain, sanitise
from news.importing import paths
from news.importing.dating import Reading, UndatedError, dates_of
from news.thai.text import clean, normalise, single_line, with_usual_spaces

MOST_CHARACTERS = {"source_id": 200, "source_url": 1000, "title": 1000, "summary": 1000}


THAI_CODES = frozenset(
    {"tis-620", "tis620", "windows-874", "cp874", "iso-8859-11", "x-windows-874"}
)
"""Names by which files declare the old Thai encodings; Python reads them all as cp874."""


_EMPTY = (re.compile(r"<a [^>]*>\s*</a>"), re.compile(r"(?:<p>\s*(?:<br>\s*)*</p>\s*)+"))


class BadRecord(ValueError):
    """A record that is no release; the message says why."""


@dataclass(frozen=True, slots=True)
class IncomingPhoto:
    """A photo of a release as a file that lies here; `name` is what the source calls it."""

    path: str
    name: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A release as its source has it, its words in the form in which they are stored."""

    source_id: str
    source_url: str
    category: str
    title: str
    dated: date
    paragraphs: tuple[str, ...] = ()
    body: str = ""
    """HTML of the text, where the source has more than paragraphs."""
    summary: str = ""
    reading: Reading | None = None
    """What is known of `dated`; None: it is that day, as the source says."""
    event: Reading | None = None
    former: tuple[str, ...] = ()
    """Addresses that it had on the former site, in their one form."""
    photos: tuple[IncomingPhoto, ...] = ()
    form: str = ""
    original: bytes = b""
    """The record as it came."""
    cleaned: dict[str, int] = field(default_factory=dict)
    """What was mended in its words: kind -> places; see `news.thai.cleaning`."""
    warnings: tuple[str, ...] = ()

    def body_html(self) -> str:
        """The text as HTML, not yet sanitised."""
        marked = (f"<p>{html.escape(text, quote=False)}</p>" for text in self.paragraphs)
        return self.body or "".join(marked)

    def without_words(self) -> "Incoming":
        """What there is to tell of it, without its text and the record it came as."""
        return replace(self, paragraphs=(), body="", original=b"")


def _mended(words: list[str], stored: list[str]) -> Iterable[str]:
    """Those of `words` that are stored otherwise, and perhaps others beside them."""
    if len(words) == len(stored):
        return (word for word, kept in zip(words, stored, strict=True) if word != kept)
    return (word for word in words if normalise(word) != word)


@dataclass
class _Cleaner:
    """Brings words into their stored form and counts what had to be mended."""

    counts: Counter = field(default_factory=Counter)

    def text(self, words: str) -> str:
        stored = normalise(words)
        if stored != words:
            # Spaces at once, for most of what is mended are those; the rest word by word, for
            # nothing is mended across a space and most words need nothing: remembering where
            # characters came from is what costs.
            words, spaces = with_usual_spaces(words)
            if spaces:
                self.counts["space"] += spaces
            for word in _mended(words.split(" "), stored.split(" ")):
                self.counts.update(clean(word).counts)
        return stored

    def line(self, words: str) -> str:
        return single_line(self.text(words))


def incoming(
    *,
    source_id: str,
    title: str,
    dated: str = "",
    paragraphs: Iterable[str] = (),
    body: str = "",
    summary: str = "",
    source_url: str = "",
    category: str = "",
    former: Iterable[str] = (),
    photos: Iterable[IncomingPhoto] = (),
    form: str = "",
    original: bytes = b"",
    warnings: Iterable[str] = (),
) -> Incoming:
    """A release from the words of its source. Raises BadRecord.

    `dated` is YYYY-MM-DD or a day as people write it; empty where the source has none, and the text
    has to tell. A body is `paragraphs` of plain text or `body` in HTML.
    """
    cleaner = _Cleaner()
    texts = tuple(text for each in paragraphs if (text := cleaner.text(each).strip()))
    body = cleaner.text(_tidied(body)) if body else ""
    headline = cleaner.line(title)
    url, warnings = _followed(normalise(source_url).strip(), warnings)
    try:
        day, event = dates_of(headline, texts or plain(body).splitlines(), normalise(dated))
    except UndatedError as error:
        raise BadRecord(str(error)) from error
    kept, not_kept = _former(url, [normalise(each).strip() for each in former])
    release = Incoming(
        source_id=normalise(source_id).strip(),
        source_url=url,
        category=cleaner.line(category),
        title=headline,
        dated=day.day,
        paragraphs=texts,
        body=body,
        summary=cleaner.line(summary),
        reading=day,
        event=event,
        former=kept,
        photos=tuple(photos),
        form=form,
        original=original,
        cleaned=dict(cleaner.counts),
        warnings=(*warnings, *not_kept),
    )
    _check(release)
    return release


def fitting(source_id: str) -> str:
    """`source_id` as it can be kept. An address in Thai has nine characters a letter, and many of
    one site begin alike: of one that is too long the end stands as its digest.
    """
    most = MOST_CHARACTERS["source_id"]
    if len(source_id) <= most:
        return source_id
    digest = hashlib.sha256(source_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{source_id[: most - len(digest) - 1]}~{digest}"


def _followed(url: str, warnings: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """`url` where readers can be led there, else nothing; and `warnings`, with one of that."""
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        scheme = "?"
    if scheme in {"", "http", "https"}:
        return url, tuple(warnings)
    return "", (*warnings, f"source_url {url[:200]!r} is no web address")


def _tidied(body: str) -> str:
    """Sanitised HTML without the links and paragraphs that its pictures leave empty."""
    body = sanitise(body).replace("&nbsp;", " ")
    for empty in _EMPTY:
        body = empty.sub("", body)
    return body


def _check(release: Incoming) -> None:
    for name in ("title", "source_id"):
        if not getattr(release, name):
            raise BadRecord(f"{name} is empty")
    if not release.paragraphs and not plain(release.body):
        raise BadRecord("paragraphs are empty")
    for name, limit in MOST_CHARACTERS.items():
        if len(getattr(release, name)) > limit:
            raise BadRecord(f"{name} has more than {limit} characters")


def _former(url: str, stated: Iterable[str]) -> tuple[tuple[str, ...], list[str]]:
    """The addresses that are to lead to the release, in their one form; and what there is to tell
    of those that can't.

    What a record states to be a former address is one, whatever form it has. Its source is one
    where it is a path alone or has a known form: another site's is none.
    """
    kept, told = [], []
    if url.startswith("/") and not url.startswith("//"):
        stated = [url, *stated]
    elif paths.is_former(key := paths.canonical(url)):
        kept.append(key)
    for address in filter(None, stated):
        if why := paths.why_not_kept(address):
            told.append(f"former address {address[:200]} leads nowhere: it {why}")
        else:
            kept.append(paths.canonical(address))
    return tuple(dict.fromkeys(kept)), told
