"""A month's pages as one WACZ file (1.1.1): the WARC with an index, a list of its pages and the
hashes of all three, which readers of web archives open as it is, from a disk or from a web server.

https://specs.webrecorder.net/wacz/1.1.1/
"""

import gzip
import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from news.exporting.representation import moment
from news.exporting.web_archive import SOFTWARE, Capture, captured, named_when_whole

VERSION = "1.1.1"
WARC = "data.warc.gz"
_IN_A_BLOCK = 300
"""Lines of the index that a reader takes at once."""


def write(month: date, path: Path, at: datetime) -> int:
    """Write the month's pages to a new file (`.wacz`); returns how many answers it holds.

    The file has its name only once it is whole; until then its WARC lies beside it, so twice its
    size has to be free. Raises `news.exporting.web_archive.NothingThen`.
    """
    warc = path.with_name(f"{path.name}.warc.unfinished")
    try:
        with warc.open("wb") as stream:
            captures = list(captured(stream, month, WARC, at))
        with named_when_whole(path) as file, ZipFile(file, "w") as archive:
            package = _Package(archive)
            package.add_file(f"archive/{WARC}", warc)
            blocks, places = _index(captures)
            package.add("indexes/index.cdx.gz", blocks, ZIP_STORED)
            package.add("indexes/index.idx", places, ZIP_DEFLATED)
            package.add("pages/pages.jsonl", _pages(captures, month), ZIP_DEFLATED)
            package.describe(_description(captures, month, at))
    finally:
        warc.unlink(missing_ok=True)
    return len(captures)


class _Package:
    """The parts of a WACZ file, each with its hash in the description that comes last."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._resources: list[dict] = []

    def add_file(self, name: str, path: Path) -> None:
        """As it is: readers reach into it without unpacking."""
        self._archive.write(path, name, ZIP_STORED)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        self._note(name, sha256, path.stat().st_size)

    def add(self, name: str, content: bytes, method: int) -> None:
        self._archive.writestr(name, content, method)
        self._note(name, _sha256(content), len(content))

    def _note(self, path: str, sha256: str, size: int) -> None:
        name = path.rpartition("/")[2]
        told = {"name": name, "path": path, "hash": f"sha256:{sha256}", "bytes": size}
        self._resources.append(told)

    def describe(self, description: dict) -> None:
        """`datapackage.json`, and its own hash beside it."""
        whole = json.dumps({**description, "resources": self._resources}, indent=1).encode()
        self._archive.writestr("datapackage.json", whole, ZIP_DEFLATED)
        digest = {"path": "datapackage.json", "hash": f"sha256:{_sha256(whole)}"}
        self._archive.writestr("datapackage-digest.json", json.dumps(digest), ZIP_DEFLATED)


def key(url: str) -> str:
    """What an address is looked up by (SURT, as the tools for indexes write it): its host from the
    end, its path without the last slash, in small letters. For addresses of this site, which have
    no query.
    """
    parts = urlsplit(url.lower())
    host = ",".join(reversed(parts.hostname.removeprefix("www.").split(".")))
    port = f":{parts.port}" if parts.port else ""
    return f"{host}{port}){parts.path.rstrip('/') or '/'}"


def _index(captures: Iterable[Capture]) -> tuple[bytes, bytes]:
    """The sorted lines of the index in compressed blocks, and where each block begins."""
    entries = sorted((key(each.url), _timestamp(each.moment), _entry(each)) for each in captures)
    blocks = bytearray()
    places = ['!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}']
    for start in range(0, len(entries), _IN_A_BLOCK):
        some = entries[start : start + _IN_A_BLOCK]
        block = gzip.compress("".join(f"{' '.join(line)}\n" for line in some).encode(), mtime=0)
        place = {
            "offset": len(blocks),
            "length": len(block),
            "digest": f"sha256:{_sha256(block)}",
            "filename": "index.cdx.gz",
        }
        places.append(f"{some[0][0]} {some[0][1]} {json.dumps(place)}")
        blocks += block
    return bytes(blocks), "".join(f"{line}\n" for line in places).encode()


def _timestamp(moment: str) -> str:
    return datetime.fromisoformat(moment).strftime("%Y%m%d%H%M%S")


def _entry(capture: Capture) -> str:
    return json.dumps(
        {
            "url": capture.url,
            "mime": capture.content_type,
            "status": str(capture.status),
            "digest": capture.digest,
            "length": str(capture.length),
            "offset": str(capture.offset),
            "filename": WARC,
        }
    )


def _pages(captures: Iterable[Capture], month: date) -> bytes:
    lines: list[dict] = [
        {"format": "json-pages-1.0", "id": "pages", "title": f"{month:%Y-%m}"},
        *(
            {
                "id": hashlib.sha256(each.url.encode()).hexdigest()[:22],
                "url": each.url,
                "ts": each.moment,
                "title": each.title,
            }
            for each in captures
            if each.title
        ),
    ]
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines).encode()


def _description(captures: list[Capture], month: date, at: datetime) -> dict:
    return {
        "profile": "data-package",
        "wacz_version": VERSION,
        "title": f"OCSC press releases, {month:%Y-%m}",
        "description": "The pages of the releases dated in this month, with their former versions.",
        "created": moment(at),
        "software": SOFTWARE,
        "mainPageUrl": captures[0].url,
        "mainPageDate": captures[0].moment,
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
