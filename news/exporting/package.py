"""The archive as one package that outlives this site: plain text and files in a BagIt folder.

It holds what was public by one moment, and so it can be given away: every version ever shown with
its checksum, the originals of photos and attachments, topics, short links, former addresses, the
published heads of the hash chain, and which releases were erased. What is still a draft or
scheduled isn't in it, nor who works at the desk; a backup has all that. docs/archive.md describes
the files.
"""

import json
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import QuerySet

from news.exporting import chain, spelling
from news.exporting.bags import BagWriter
from news.exporting.spelling import Spelled, moment
from news.media import originals
from news.models import (
    ChainHead,
    Erasure,
    LegacyPath,
    Series,
    ShortLink,
    SourceDocument,
    Topic,
    Version,
    VersionMedia,
)
from news.models.version import canonical_json

NAME = "ocsc-archive-{:%Y%m%dT%H%M%SZ}"
UNFINISHED = ".unfinished"
FORMAT = "1"
FORMAT_LABEL = "OCSC-Package-Format"
TOPIC_FIELDS = ("id", "slug", "position", "name_th", "name_en", "description_th", "description_en")
SERIES_FIELDS = ("slug", "name_th", "name_en", "description_th", "description_en")
README = Path(__file__).with_name("package_readme.txt")

LONGEST_LINE = 64 * 1024**2

_CHUNK = 500


class ExportRefused(Exception):
    """The package can't be made; the message says why. Nothing of it is left."""


def write(folder: Path, at: datetime, tell: Callable[[int], None] = lambda count: None) -> Path:
    """Write the package of what was public by `at` into `folder`; returns its path.

    It has its name only once it is whole and on disk; what an export that was killed left behind
    is removed. `tell` is given the number of versions written. Raises `ExportRefused` where a
    version isn't what it was sealed as, or an original is missing, and OSError for a full disk.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / NAME.format(at.astimezone(UTC))
    if target.exists():
        raise ExportRefused(f"{target} exists already")
    for left in folder.glob(f"ocsc-archive-*{UNFINISHED}"):
        shutil.rmtree(left)
    unfinished = target.with_name(target.name + UNFINISHED)
    if connection.vendor == "sqlite":
        # A mapped file counts as memory of the process, and reading it through once gains nothing.
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA mmap_size=0")
    try:
        while not _is_written(unfinished, at, tell):
            shutil.rmtree(unfinished)
        unfinished.rename(target)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return target


def _is_written(folder: Path, at: datetime, tell: Callable[[int], None]) -> bool:
    """Whether the package stands in `folder`, made anew, and nothing was erased meanwhile: what it
    read before that must not leave this site.
    """
    erased = _approved().count()
    folder.mkdir()
    try:
        _write(BagWriter(folder), at, tell)
    except ExportRefused:
        if _approved().count() == erased:
            raise
    return _approved().count() == erased


def _write(bag: BagWriter, at: datetime, tell: Callable[[int], None]) -> None:
    with README.open("rb") as text:
        bag.copy(text, "README.txt")
    codes, source_ids = _write_versions(bag, at, tell)
    _write_lines(bag, "releases.jsonl", _releases(source_ids))
    _write_lines(bag, "topics.jsonl", Topic.objects.order_by("pk").values(*TOPIC_FIELDS))
    _write_lines(bag, "series.jsonl", _series(codes))
    _write_lines(bag, "redirects.jsonl", _redirects(codes))
    _write_lines(bag, "short-links.jsonl", _short_links(codes))
    with bag.payload("sources.jsonl") as file:
        for line in _sources(codes):
            file.write(line)
    _write_lines(bag, "chain-heads.jsonl", _chain_heads(at))
    _write_lines(bag, "erasures.jsonl", _erasures(codes))
    _write_media(bag, at)
    bag.finish(
        {
            "Source-Organization": "Office of the Civil Service Commission, Thailand",
            "External-Description": "Press releases, every version ever published",
            "External-Identifier": settings.BASE_URL,
            "Bagging-Date": f"{at.astimezone(UTC):%Y-%m-%d}",
            FORMAT_LABEL: FORMAT,
            "OCSC-Moment": moment(at),
        }
    )


def _write_lines(bag: BagWriter, name: str, rows: Iterable[dict]) -> None:
    with bag.payload(name) as file:
        for row in rows:
            file.write(f"{canonical_json(row)}\n".encode())


# -- the record ----------------------------------------------------------------------------------


def _write_versions(
    bag: BagWriter, at: datetime, tell: Callable[[int], None]
) -> tuple[dict[str, int], dict[str, str | None]]:
    """One line a version, in the order in which they were recorded; returns code -> release id and
    code -> the id that an importer knows the release by.
    """
    codes: dict[str, int] = {}
    source_ids: dict[str, str | None] = {}
    versions = spelling.spelled(Version.objects.shown(at).order_by("pk"))
    with bag.payload("versions.jsonl") as file:
        for count, (version, is_as_sealed) in enumerate(versions, start=1):
            if not (is_as_sealed or version.erased):
                raise ExportRefused(
                    f"{version.code}@{version.number} is not what it was sealed as: "
                    "see manage.py verify"
                )
            codes[version.code] = version.release_id
            source_ids[version.code] = version.release__source_id
            file.write(_line(version, at))
            if count % _CHUNK == 0:
                tell(count)
    return codes, source_ids


def _line(version: Spelled, at: datetime) -> bytes:
    # Canonical JSON, put together by hand: the content is large, and was spelt out once already.
    until = version.visible_until
    # An end that lies ahead tells of a schedule, and no schedule is in the package.
    end = f'"{moment(until)}"' if until is not None and until <= at else "null"
    erased = "true" if version.erased else "false"
    rest = f'"erased":{erased},"recorded_at":"{version.recorded_at}","visible_until":{end}}}\n'
    parts = (version.checksum.encode(), version.content, rest.encode())
    return b'{"checksum":"%b","content":%b,%b' % parts


def _chunks(codes: dict[str, int]) -> Iterator[dict[int, str]]:
    """release id -> code, some at a time, in the order of the codes."""
    pairs = sorted(codes.items())
    for start in range(0, len(pairs), _CHUNK):
        yield {pk: code for code, pk in pairs[start : start + _CHUNK]}


def _releases(source_ids: dict[str, str | None]) -> Iterator[dict]:
    """What a release has besides its versions: the id that an importer knows it by."""
    for code, source_id in sorted(source_ids.items()):
        yield {"code": code, "source_id": source_id}


def _series(codes: dict[str, int]) -> Iterator[dict]:
    public = {pk: code for code, pk in codes.items()}
    for series in Series.objects.order_by("slug").prefetch_related("parts"):
        parts = (public.get(part.release_id) for part in series.parts.all())
        yield {name: getattr(series, name) for name in SERIES_FIELDS} | {
            "codes": sorted(code for code in parts if code)
        }


def _redirects(codes: dict[str, int]) -> Iterator[dict]:
    public = {pk: code for code, pk in codes.items()}
    rows = LegacyPath.objects.order_by("path").values_list("path", "release_id")
    for path, release_id in rows.iterator(_CHUNK):
        if release_id in public:
            yield {"path": path, "code": public[release_id]}


def _short_links(codes: dict[str, int]) -> Iterator[dict]:
    """Every key ever given out; those of no public release stay taken, without saying for what."""
    public = {pk: code for code, pk in codes.items()}
    rows = ShortLink.objects.order_by("key").values_list("key", "kind", "release_id")
    for key, kind, release_id in rows.iterator(_CHUNK):
        yield {"key": key, "kind": kind, "code": public.get(release_id)}


def _sources(codes: dict[str, int]) -> Iterator[bytes]:
    """What imported releases were read from, line by line."""
    for chunk in _chunks(codes):
        rows = SourceDocument.objects.filter(release__in=chunk)
        for document in sorted(rows, key=lambda document: chunk[document.release_id]):
            yield spelling.source(
                code=chunk[document.release_id],
                form=document.form,
                sha256=document.sha256,
                content=document.content,
            )


def _chain_heads(at: datetime) -> Iterator[dict]:
    """Of days that were over at `at`: a later one may count what isn't in the package."""
    for head in ChainHead.objects.filter(day__lte=chain.last_day(at)).order_by("day"):
        yield {
            "day": head.day.isoformat(),
            "until": moment(head.until),
            "count": head.count,
            "head": head.head,
            "computed_at": moment(head.computed_at),
        }


def _approved() -> QuerySet[Erasure]:
    return Erasure.objects.filter(approved_at__isnull=False)


def _erasures(codes: dict[str, int]) -> Iterator[dict]:
    public = {pk: code for code, pk in codes.items()}
    for erasure in _approved().order_by("approved_at", "release__code"):
        if erasure.release_id in public:
            yield {
                "code": public[erasure.release_id],
                "reason": erasure.reason,
                "approved_at": moment(erasure.approved_at),
            }


def _write_media(bag: BagWriter, at: datetime) -> None:
    """The originals that any version names, under the names that they are kept under."""
    stored = dict(originals())
    shown = VersionMedia.objects.filter(version__in=Version.objects.shown(at).values("pk"))
    named = shown.order_by("master_sha256").values_list("master_sha256", flat=True).distinct()
    for sha256 in named.iterator(_CHUNK):
        if sha256 not in stored:
            raise ExportRefused(f"the original {sha256} is missing: see manage.py verify")
        with default_storage.open(stored[sha256]) as file:
            if bag.copy(file, f"media/{stored[sha256]}") != sha256:
                raise ExportRefused(f"the original {sha256} is damaged: see manage.py verify")


def read_lines(path: Path) -> Iterator[tuple[int, dict]]:
    """(number from 1, object) of a file of the package. Raises ValueError for what is no object."""
    number = 0
    with path.open("rb") as file:
        while line := file.readline(LONGEST_LINE):
            number += 1
            found = json.loads(line) if len(line) < LONGEST_LINE else None
            if not isinstance(found, dict):
                raise ValueError(f"line {number} is no object, or too long")  # noqa: TRY004
            yield number, found


def zipped(folder: Path) -> Path:
    """The package as one ZIP file in place of its folder; returns its path.

    Photos gain nothing from being compressed; the lines do.
    """
    target = folder.with_name(f"{folder.name}.zip")
    unfinished = folder.with_name(f"{folder.name}.zip{UNFINISHED}")
    try:
        with zipfile.ZipFile(unfinished, "w") as archive:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                packed = path.suffix in {".jsonl", ".txt"}
                archive.write(
                    path,
                    path.relative_to(folder.parent),
                    zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED,
                )
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    shutil.rmtree(folder)
    return target
