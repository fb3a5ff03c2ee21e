"""The monthly files of open data: made by a job, kept in the private storage, counted so that the
numbers reconcile.

A release stands in the month that it is dated in, once, in the state that it is in: live with its
text, otherwise as a tombstone. So live + withdrawn + gone + merged, over all months, is the number
of codes that were ever public.
"""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from news.exporting import representation, tables
from news.exporting.representation import Beside
from news.models import DataFile, Epoch, Job, Version
from news.querysets import VersionQuerySet

OPEN_DATA = "open data"
FORMS = {"jsonl": "application/jsonl; charset=utf-8", "csv": "text/csv; charset=utf-8"}
"""Ending of a file -> its content type."""

STATES = ("live", "withdrawn", "gone", "merged")
UNPREPARED = "unprepared"
AGAIN_AFTER = timedelta(minutes=10)
OVERLAP = timedelta(minutes=5)
"""A version is dated when its transaction begins and seen when that ends."""

_CHUNK = 200
_FOLDER = "opendata"
_A_DAY = timedelta(days=1)


def refresh(payload: dict | None = None) -> int:
    """Make the files of every month in which something changed; returns how many months.

    `{"all": true}` makes them all anew, `{"months": ["2018-05", ...]}` those as well. Files that
    no row names any more are deleted.
    """
    at = timezone.now()
    stale = _wanted(payload or {}, at)
    found = _paths()
    made = [file for month in sorted(stale) for file in _make(month, at)]
    old = _name(made, stale, at, found)
    named = set(DataFile.objects.values_list("path", flat=True))
    for path in (old - named) | _left_behind(named, at):
        default_storage.delete(path)
    if unprepared := sorted({f"{of.month:%Y-%m}" for of in made if of.counts[UNPREPARED]}):
        # After a package was imported, photos are prepared for hours: their hashes come then.
        Job.objects.enqueue(
            OPEN_DATA, f"photos, {at.isoformat()}", {"months": unprepared}, at + AGAIN_AFTER
        )
    return len(stale)


@dataclass(frozen=True, slots=True)
class _Made:
    """A file that is written and that no row names yet."""

    month: date
    form: str
    path: str
    sha256: str
    byte_size: int
    counts: Counter
    """State -> releases; `UNPREPARED` -> those with a photo whose files are not made yet."""


def _paths() -> dict[tuple[date, str], str]:
    rows = DataFile.objects.values_list("month", "form", "path")
    return {(month, form): path for month, form, path in rows}


def _name(
    made: list[_Made], stale: set[date], at: datetime, found: dict[tuple[date, str], str]
) -> set[str]:
    """Name the files in place of those before; returns the paths of all of them. `found` are those
    that were named when this began.

    All in one transaction: a release that moved from one month to another is in one of them at
    every moment, so that the figures add up for whoever asks meanwhile.
    """
    with transaction.atomic():
        rows = DataFile.objects.select_for_update()
        before = {(file.month, file.form): file for file in rows}
        for file in made:
            known = before.get((file.month, file.form))
            # Another worker has read the record since. The moment alone doesn't tell: it goes on
            # for months that nobody read, too.
            replaced = known is not None and known.path != found.get((file.month, file.form))
            if replaced and known.checked_at > at:
                continue
            unchanged = known is not None and known.sha256 == file.sha256
            stated = {
                "path": file.path,
                "sha256": file.sha256,
                "byte_size": file.byte_size,
                "made_at": known.made_at if unchanged else at,
                "checked_at": at,
                **{state: file.counts[state] for state in STATES},
            }
            DataFile.objects.update_or_create(month=file.month, form=file.form, defaults=stated)
        # Of a month that was not read again nothing is said about the last minutes before.
        unread = DataFile.objects.exclude(month__in=stale).exclude(checked_at__gt=at)
        unread.update(checked_at=at - OVERLAP)
        if stale:
            Epoch.objects.raise_site_revision()
    return {file.path for file in (*before.values(), *made)}


def _wanted(payload: dict, at: datetime) -> set[date]:
    if payload.get("all"):
        return _every_month(at)
    named = {date.fromisoformat(f"{month}-01") for month in payload.get("months", ())}
    return named | _changed_months(at)


def _every_month(at: datetime) -> set[date]:
    months = Version.objects.shown(at).order_by().dates("dated", "month")
    return set(months) | set(DataFile.objects.values_list("month", flat=True))


def _changed_months(at: datetime) -> set[date]:
    """Months without files, and those that any version of a changed release is or was dated in."""
    known = set(DataFile.objects.values_list("month", flat=True).distinct())
    oldest = DataFile.objects.order_by("checked_at").values_list("checked_at", flat=True).first()
    if oldest is None:
        return _every_month(at)
    changed = Version.objects.live(at).filter(visible_from__gte=oldest - OVERLAP)
    dates = Version.objects.shown(at).filter(release__in=changed.values("release"))
    return set(dates.order_by().dates("dated", "month")) | (_every_month(at) - known)


def of_month(month: date, at: datetime) -> VersionQuerySet:
    """The versions in force that are dated in the month, oldest first."""
    found = Version.objects.live(at).dated_in(month.year, month.month)
    return found.select_related("topic", "merged_into").order_by("dated", "id")


def _make(month: date, at: datetime) -> list[_Made]:
    """Write the month's files beside those that readers get."""
    with TemporaryDirectory() as folder:
        paths = {form: Path(folder) / f"month.{form}" for form in FORMS}
        counts = _write(month, at, paths)
        return [_Made(month, form, *_store(path, form), counts) for form, path in paths.items()]


def _write(month: date, at: datetime, paths: dict[str, Path]) -> Counter:
    counts: Counter = Counter()
    with (
        paths["jsonl"].open("w", encoding="utf-8", newline="\n") as lines,
        paths["csv"].open("w", encoding="utf-8", newline="") as table,
    ):
        table.write(tables.BOM)
        cells = csv.writer(table)
        cells.writerow(tables.COLUMNS)
        for version, beside in _with_what_is_beside(of_month(month, at)):
            found = representation.listed(version, beside)
            counts[found["state"]] += 1
            lines.write(json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n")
            cells.writerow(tables.row(version, beside.former.get(version.release_id, [])))
            if version.is_listed_kind and beside.lacks_a_hash(version):
                counts[UNPREPARED] += 1
    return counts


def _with_what_is_beside(versions: VersionQuerySet) -> Iterator[tuple[Version, Beside]]:
    rows = versions.iterator(_CHUNK)
    while chunk := list(islice(rows, _CHUNK)):
        beside = Beside.of(chunk)
        for version in chunk:
            yield version, beside


def _store(written: Path, form: str) -> tuple[str, str, int]:
    """(path in the storage, SHA-256, size in bytes) of a file, kept under its own hash."""
    with written.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        path = f"{_FOLDER}/{sha256}.{form}"
        if not default_storage.exists(path):
            file.seek(0)
            default_storage.save(path, File(file))
        return path, sha256, written.stat().st_size


def _left_behind(named: set[str], at: datetime) -> set[str]:
    """Files of a day ago and older that have no name, as those of a refreshing that was killed:
    an erased text has to leave those too.
    """
    try:
        _, names = default_storage.listdir(_FOLDER)
    except FileNotFoundError:
        return set()
    paths = {f"{_FOLDER}/{name}" for name in names} - named
    return {path for path in paths if default_storage.get_modified_time(path) < at - _A_DAY}


def held_back(file: DataFile, at: datetime) -> bool:
    """Whether the file still has the text of a release that was withdrawn, removed or merged since
    the record was last read for it: then nobody gets it until the worker has made it anew.
    """
    ended = Version.objects.live(at).filter(
        kind__in=Version.UNLISTED, visible_from__gt=file.checked_at
    )
    dated = Version.objects.dated_in(file.month.year, file.month.month)
    return dated.filter(release__in=ended.values("release")).exists()


@dataclass(frozen=True, slots=True)
class Gap:
    """Something known to be missing or doubtful: a sentence's key, and how many releases."""

    name: str
    count: int


def as_of(files: Iterable[DataFile]) -> datetime | None:
    """The moment of which the files are, and every figure about them; None without any.

    Whatever is counted of another moment contradicts them: between two nights more is published.
    """
    return max((file.checked_at for file in files), default=None)


def known_gaps(at: datetime | None) -> list[Gap]:
    """What the releases that are news at that moment lack, counted in one query."""
    questions = {
        "date_in_doubt": Q(dated_precision="doubt"),
        "day_unknown": Q(dated_precision__in=("month", "unknown")),
        "no_thai": Q(title_th=""),
        "no_english": Q(title_en=""),
        "no_photo": Q(gallery="[]"),
        "no_topic": Q(topic=None),
        "sample": Q(origin="sample"),
    }
    if at is None:
        return [Gap(name, 0) for name in questions]
    counted = {name: Count("pk", filter=question) for name, question in questions.items()}
    return [Gap(name, n) for name, n in Version.objects.listed(at).aggregate(**counted).items()]
