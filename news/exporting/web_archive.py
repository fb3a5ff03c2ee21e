"""The pages of a month as WARC records (1.1, ISO 28500): what readers saw, with the files that the
pages need, for any reader of web archives to replay.

The pages are asked of this site's own handler, as a browser would ask for them.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from http import HTTPStatus
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from news.models import Version
from news.sharing.addresses import SITE_LANGUAGES, absolute, path_in, release_path, version_path
from news.storage import HAND_OUT

SOFTWARE = "ocsc-press-releases"
_IN_MEMORY = 4 * 1024**2
_IN_HTML = re.compile(r"<(?:img|script|source|link|a)\b[^>]*>", re.IGNORECASE)
_ADDRESS = re.compile(r"\b(?:src|href)=\"([^\"]+)\"", re.IGNORECASE)
_SRCSET = re.compile(r"\bsrcset=\"([^\"]+)\"", re.IGNORECASE)
_IN_CSS = re.compile(r"url\(\s*[\"']?([^\"')]+)")
_TITLE = re.compile(r"<title>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_NEEDED = ("/static/", "/media/")


class NothingThen(Exception):
    """No release is dated in the month."""


class PageFailed(Exception):
    """The site could not make a page; the message has its address and status."""


@dataclass(frozen=True, slots=True)
class Capture:
    """An answer as it stands in a WARC file. `offset` and `length` are of its compressed record,
    in bytes; `title` is that of a page, empty for a file that pages need.
    """

    url: str
    moment: str
    """RFC 3339 in UTC."""
    status: int
    content_type: str
    digest: str
    offset: int
    length: int
    title: str


def write(month: date, path: Path, at: datetime) -> int:
    """Write the month's pages to a new file (`.warc.gz`); returns how many answers it holds.

    The file has its name only once it is whole. Raises `NothingThen` and `PageFailed`.
    """
    with named_when_whole(path) as file:
        return sum(1 for _ in captured(file, month, path.name, at))


@contextmanager
def named_when_whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, that gets its name once it is whole and leaves nothing if it never is."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def captured(file: BinaryIO, month: date, name: str, at: datetime) -> Iterator[Capture]:
    """Write the month's pages into `file`, which will be named `name`, and tell of each answer.

    Raises `NothingThen` before anything is written, and `PageFailed`.
    """
    pages = _pages(month, at)
    first = next(pages, None)
    if first is None:
        raise NothingThen(f"{month:%Y-%m}")
    writer = WARCWriter(file, gzip=True, warc_version="WARC/1.1")
    info = {"software": SOFTWARE, "format": "WARC File Format 1.1", "description": f"{month:%Y-%m}"}
    writer.write_record(writer.create_warcinfo_record(name, info))
    handler = WSGIHandler()
    waiting, taken = [(first, True)], set()
    while waiting or (page := next(pages, None)) is not None:
        path, is_page = waiting.pop() if waiting else (page, True)
        if path in taken:
            continue
        taken.add(path)
        offset = file.tell()
        with SpooledTemporaryFile(_IN_MEMORY) as body:
            status, headers, length, text = _answer(handler, path, body)
            record = writer.create_warc_record(
                absolute(path),
                "response",
                payload=body,
                length=length,
                http_headers=StatusAndHeaders(status, headers, protocol="HTTP/1.1"),
            )
            writer.write_record(record)
        title = _TITLE.search(text) if is_page else None
        yield Capture(
            url=absolute(path),
            moment=record.rec_headers["WARC-Date"],
            status=int(status.split()[0]),
            content_type=dict(headers)["Content-Type"].partition(";")[0],
            digest=record.rec_headers["WARC-Payload-Digest"],
            offset=offset,
            length=file.tell() - offset,
            title=unescape(title[1]).strip() if title else "",
        )
        waiting += [(needed, False) for needed in _needed(text, path) if needed not in taken]


def _pages(month: date, at: datetime) -> Iterator[str]:
    """Paths: the month's lists, then each release's pages and those of its versions."""
    live = Version.objects.readable(at).dated_in(month.year, month.month).order_by("dated", "id")
    if not live.exists():
        return
    for lang in SITE_LANGUAGES:
        yield path_in(lang, "archive_month", year=month.year, month=month.month)
    # All at once: a page that is asked for meanwhile ends with the connection, where it is old.
    for version in live.only("release_id", "code", "slug", "title_th", "title_en"):
        numbers = Version.objects.citable(at).filter(release=version.release_id)
        for lang in version.languages:
            yield release_path(lang, version.code, version.slug)
            for number in numbers.order_by("number").values_list("number", flat=True):
                yield version_path(lang, version.code, number)


def _answer(
    handler: WSGIHandler, path: str, body: BinaryIO
) -> tuple[str, list[tuple[str, str]], int, str]:
    """(status, headers, length, text of HTML and CSS); the bytes go into `body`, rewound."""
    told: list = []
    answer = handler(_environ(path), lambda status, headers: told.extend((status, headers)))
    try:
        body.writelines(answer)
    finally:
        answer.close()
    status, headers = told
    if int(status.split()[0]) >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise PageFailed(f"{path}: {status}")
    length = body.tell()
    body.seek(0)
    kinds = [value for name, value in headers if name.lower() == "content-type"]
    is_text = bool(kinds) and kinds[0].startswith(("text/html", "text/css"))
    text = body.read(length).decode("utf-8", "replace") if is_text else ""
    body.seek(0)
    kept = [(name, str(value)) for name, value in headers if name.lower() != "content-length"]
    return status, [*kept, ("Content-Length", str(length))], length, text


def _environ(path: str) -> dict:
    base = urlsplit(settings.BASE_URL)
    port = str(base.port or (443 if base.scheme == "https" else 80))
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": unquote(path).encode().decode("latin-1"),
        "QUERY_STRING": "",
        "SERVER_NAME": base.hostname,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": base.netloc,
        "HTTP_X_FORWARDED_PROTO": base.scheme,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": base.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": None,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": True,
        HAND_OUT: True,
    }


def _needed(text: str, path: str) -> Iterator[str]:
    """Paths of the files of this site that a page or a style sheet needs."""
    found: list[str] = []
    for tag in _IN_HTML.findall(text):
        found += _ADDRESS.findall(tag)
        for candidates in _SRCSET.findall(tag):
            found += [each.split()[0] for each in candidates.split(",") if each.strip()]
    if path.endswith(".css"):
        found += _IN_CSS.findall(text)
    for address in found:
        target = urlsplit(urljoin(absolute(path), unescape(address)))
        if f"{target.scheme}://{target.netloc}" == settings.BASE_URL and target.path.startswith(
            _NEEDED
        ):
            yield target.path
