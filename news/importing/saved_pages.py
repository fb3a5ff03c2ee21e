"""Reading releases from pages of the former site that somebody saved: .html files, or .txt files
that hold such a page's text.

A page is mostly frame: a search box, the office's name, a menu, buttons for sharing, an address.
What is wanted is the headline, the text between it and the buttons, and the photos. Where no page
of a release can be made out, it is refused with the reason: better left out than half right.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import BinaryIO

from lxml import html as lxml_html
from lxml.etree import LxmlError, tostring

from news.importing.incoming import (
    THAI_CODES,
    BadRecord,
    Incoming,
    IncomingPhoto,
    fitting,
    incoming,
)
from news.importing.pictures import Folder, images_in
from news.thai.text import normalise, single_line

ENDINGS = frozenset({".html", ".htm", ".xhtml", ".txt"})
_MOST_BYTES = 16 * 1024**2
_HEADLINE = 25
"""Characters from which a line of a page's text is more than a label."""

_LABEL = 12

_PHOTOS = re.compile(r"ภาพในเนื้อหาข่าว")
_SHARE = re.compile(r"(?:share this post|url แบบสั้น|แชร์(?:ข่าว|หน้านี้|ไปยัง)|tweet$)", re.IGNORECASE)
_FRAME = re.compile(
    r"(?:ค้นหาข้อมูล|สำนักงาน ก\.พ\.|หน้าแรก|หน้าหลัก|เมนู|เข้าสู่ระบบ|ข้ามไปยังเนื้อหา.*|"
    r"search|home|menu|skip to .*|ocsc)",
    re.IGNORECASE,
)
_FRAME_NAME = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|menu|footer|header|sidebar|breadcrumb|share|sharing|social|"
    r"search|cookie|copyright|pager|related|comments?)(?:$|[-_ ])",
    re.IGNORECASE,
)
_NO_TEXT = ("script", "style", "noscript", "template", "iframe", "form", "nav", "footer", "aside")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_SAVED_FROM = re.compile(r"saved from url=\([0-9]+\)(\S+)")
_TITLE_PART = re.compile(r"\s+[|–—:»-]\s+")


@dataclass(frozen=True, slots=True)
class Page:
    """A saved file: its bytes, its place in the folder, and the folder of its pictures."""

    path: Path
    name: str
    content: bytes
    folder: Folder


@contextmanager
def pages(path: Path) -> Iterator[tuple[Iterator[tuple[int, Page]], BinaryIO | None]]:
    """(number from 1, page) of a file or of all in a folder, by name."""
    root = path if path.is_dir() else path.parent
    files = (
        sorted(
            each for each in path.rglob("*") if each.suffix.lower() in ENDINGS and each.is_file()
        )
        if path.is_dir()
        else [path]
    )
    yield _pages(files, root), None


def _pages(files: list[Path], root: Path) -> Iterator[tuple[int, Page]]:
    folder = Folder(root)
    for number, file in enumerate(files, start=1):
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        yield number, Page(file, file.relative_to(root).as_posix(), content, folder)


def read(page: Page) -> Incoming:
    """The release of a page. Raises BadRecord."""
    try:
        return _release(page)
    except BadRecord as error:
        raise BadRecord(f"{page.name}: {error}") from error


def _release(page: Page) -> Incoming:
    if len(page.content) > _MOST_BYTES:
        raise BadRecord(f"larger than {_MOST_BYTES // 1024**2} MB")
    text = decoded(page.content)
    found = _of_text(text) if page.path.suffix.lower() == ".txt" else _of_html(text, page)
    return incoming(
        source_id=fitting(f"page:{found.url or page.name}"),
        title=found.title,
        dated=found.date,
        body=found.body,
        paragraphs=found.paragraphs,
        source_url=found.url,
        photos=found.photos,
        warnings=found.warnings,
        form="page",
        original=page.content,
    )


def decoded(content: bytes) -> str:
    """A page's characters: as it declares them, else UTF-8, else Windows-874. Raises BadRecord."""
    declared = _CHARSET.search(content[:4096])
    names = ["utf-8-sig", "cp874"]
    if declared and declared[1].decode("ascii").lower() in THAI_CODES:
        names.reverse()
    for name in names:
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
    raise BadRecord("the page is neither UTF-8 nor Windows-874")


@dataclass(frozen=True, slots=True)
class _Found:
    title: str
    url: str = ""
    date: str = ""
    body: str = ""
    paragraphs: tuple[str, ...] = ()
    photos: tuple[IncomingPhoto, ...] = ()
    warnings: tuple[str, ...] = ()


# -- the text of a page --------------------------------------------------------------------------


def _of_text(text: str) -> _Found:
    """The first line that says something is the headline, what follows it the text."""
    lines = [single_line(normalise(line)) for line in text.splitlines()]
    lines = [line for line in lines if line]
    end = next(
        (n for n, line in enumerate(lines) if _PHOTOS.match(line) or _SHARE.match(line)), len(lines)
    )
    kept = [line for line in lines[:end] if not _FRAME.fullmatch(line)]
    start = next((n for n, line in enumerate(kept) if len(line) >= _HEADLINE), None)
    if start is None or start + 1 >= len(kept):
        raise BadRecord("no headline with a text after it")
    # As it came: what is mended in the words is to be counted.
    originals = {single_line(normalise(line)): line.strip() for line in text.splitlines()}
    return _Found(
        title=originals[kept[start]],
        paragraphs=tuple(originals[line] for line in kept[start + 1 :]),
    )


# -- a page in HTML ------------------------------------------------------------------------------


def _of_html(text: str, page: Page) -> _Found:
    try:
        root = lxml_html.document_fromstring(
            text.encode(), parser=lxml_html.HTMLParser(encoding="utf-8", no_network=True)
        )
    except (LxmlError, ValueError) as error:
        raise BadRecord(f"the page is no HTML: {error}") from error
    url, date = _url(root, text), _date(root)
    title_tag = single_line(root.findtext(".//title") or "")
    _drop_frame(root)
    _cut_after(root, _SHARE)
    _cut_after(root, _PHOTOS, keeping_images=True)
    headline = _headline(root, title_tag)
    title = single_line(headline.text_content()) if headline is not None else _own(title_tag)
    if len(title) < _LABEL:
        raise BadRecord("no headline")
    container = _container(root, headline)
    if container is None:
        raise BadRecord("no text")
    if headline is not None and headline.getparent() is not None:
        headline.drop_tree()
    photos, warnings = images_in(
        tostring(root, encoding="unicode", method="html"), page.folder, page.path.parent
    )
    body = "".join(tostring(child, encoding="unicode", method="html") for child in container)
    return _Found(
        title=title,
        url=url,
        date=date,
        body=_with_paragraphs(container.text or "", body),
        photos=photos,
        warnings=warnings,
    )


def _url(root, text: str) -> str:
    for path, name in (
        ("//link[@rel='canonical']", "href"),
        ("//meta[@property='og:url']", "content"),
    ):
        for element in root.xpath(path):
            if element.get(name, "").startswith("http"):
                return element.get(name)
    saved = _SAVED_FROM.search(text[:4096])
    return saved[1] if saved else ""


def _date(root) -> str:
    """What the page declares; what it prints is read from headline and text."""
    for path, name in (
        ("//meta[@property='article:published_time']", "content"),
        ("//time[@datetime]", "datetime"),
    ):
        for element in root.xpath(path):
            if re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}", element.get(name, "")):
                return element.get(name)
    return ""


def _drop_frame(root) -> None:
    body = root.find("body")
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            if element.getparent() is not None:
                element.drop_tree()
            continue
        named = f"{element.get('class', '')} {element.get('id', '')}"
        is_frame = element.tag in _NO_TEXT or (
            element.tag in {"div", "ul", "section", "header", "table", "span"}
            and _FRAME_NAME.search(named)
            and element.find(".//h1") is None
        )
        if is_frame and element is not body and element.getparent() is not None:
            element.drop_tree()


def _cut_after(root, marker: re.Pattern, *, keeping_images: bool = False) -> None:
    """Drop the first element that begins with a marker, and all that follows it.

    Photos stand between the words "photos in this story" and the buttons: they are kept.
    """
    for element in root.iter("p", "div", "h2", "h3", "h4", "h5", "span", "strong", "a", "td", "li"):
        text = single_line(normalise(element.text_content()))
        if not text or len(text) > 80 or not marker.match(text):
            continue
        for around in element.iterancestors():
            around.tail = None
        for later in [element, *element.xpath("following::*")]:
            later.tail = None
            if later.getparent() is None or (keeping_images and _shows_photo(later)):
                continue
            later.drop_tree()
        return


def _shows_photo(element) -> bool:
    return element.tag == "img" or element.find(".//img") is not None


def _headline(root, title_tag: str):
    """The heading that the page's title repeats, the longest where it repeats the site's name as
    well; else the first that is more than a label.
    """
    headings = [*root.iter("h1"), *root.iter("h2"), *root.iter("h3")]
    words = {heading: single_line(normalise(heading.text_content())) for heading in headings}
    own = normalise(title_tag)
    repeated = [each for each in headings if len(words[each]) >= _LABEL and words[each] in own]
    if repeated:
        return max(repeated, key=lambda each: len(words[each]))
    return next((each for each in headings if len(words[each]) >= _HEADLINE), None)


def _own(title_tag: str) -> str:
    """The longest part of a page's title: the others name the site."""
    return max(_TITLE_PART.split(title_tag), key=len, default="").strip()


def _container(root, headline):
    """The element whose own paragraphs have the most words outside links."""
    scores: dict = {}
    for element in root.iter("p", "div", "td", "section", "article", "li", "blockquote"):
        own = (element.text or "") + "".join(
            (child.tail or "") for child in element if child.tag in {"br", "b", "strong", "a", "em"}
        )
        if element.tag in {"p", "li", "blockquote"}:
            linked = sum(len(link.text_content()) for link in element.iter("a"))
            holder, words = element.getparent(), len(element.text_content()) - 2 * linked
        else:
            holder, words = element, len(own.strip())
        if holder is not None and words > 0 and element is not headline:
            scores[holder] = scores.get(holder, 0) + words
    best = max(scores, key=scores.get, default=None)
    return best if best is not None and scores[best] >= 2 * _HEADLINE else None


def _with_paragraphs(before: str, body: str) -> str:
    """Text parted by line breaks alone becomes paragraphs; `before` is text, `body` HTML."""
    before = escape(before, quote=False)
    if re.search(r"<(?:p|table|ul|ol)\b", body):
        return (f"<p>{before}</p>" if before.strip() else "") + body
    parts = re.split(r"(?:<br\s*/?>\s*){1,}|</?div[^>]*>", before + body)
    return "".join(f"<p>{part.strip()}</p>" for part in parts if part.strip())
