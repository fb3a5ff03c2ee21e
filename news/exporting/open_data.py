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
from collections.abc import Iterator
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


def refresh(payload: dict | None = None) -> int:
    """Make the files of every month in which something changed; returns how many months.

    `{"all": true}` makes them all anew, `{"months": ["2018-05", ...]}` those as well. Files that
    no row names any more are deleted.
    """
    at = timezone.now()
    stale = _wanted(payload or {}, at)
    unprepared = [f"{month:%Y-%m}" for month in sorted(stale) if _make(month, at)[UNPREPARED]]
    if unprepared:
        # After a package was imported, photos are prepared for hours: their hashes come then.
        Job.objects.enqueue(
            OPEN_DATA, f"photos, {at.isoformat()}", {"months": unprepared}, at + AGAIN_AFTER
        )
    # Of a month that was not read again nothing is said about the last minutes before.
    DataFile.objects.exclude(month__in=stale).update(checked_at=at - OVERLAP)
    if stale:
        Epoch.objects.raise_site_revision()
    return len(stale)


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


def _make(month: date, at: datetime) -> Counter:
    """Write the month's files aside, then name them in one transaction, then drop the old ones.

    Returns how many releases are in which state; `UNPREPARED` counts those with a photo whose
    files are not made yet.
    """
    with TemporaryDirectory() as folder:
        paths = {form: Path(folder) / f"month.{form}" for form in FORMS}
        counts = _write(month, at, paths)
        made = {form: _store(path, form) for form, path in paths.items()}
    before = {file.form: file for file in DataFile.objects.filter(month=month)}
    old = {file.path for file in before.values()}
    with transaction.atomic():
        for form, (path, sha256, byte_size) in made.items():
            known = before.get(form)
            unchanged = known is not None and known.sha256 == sha256
            stated = {
                "path": path,
                "sha256": sha256,
                "byte_size": byte_size,
                "made_at": known.made_at if unchanged else at,
                "checked_at": at,
                **{state: counts[state] for state in STATES},
            }
            DataFile.objects.update_or_create(month=month, form=form, defaults=stated)
    for path in old - set(DataFile.objects.values_list("path", flat=True)):
        default_storage.delete(path)
    return counts


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
        path = f"opendata/{sha256}.{form}"
        if not default_storage.exists(path):
            file.seek(0)
            default_storage.save(path, File(file))
        return path, sha256, written.stat().st_size


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


def known_gaps(at: datetime) -> list[Gap]:
    """What the releases that are news lack, counted in one query."""
    questions = {
        "date_in_doubt": Q(dated_precision="doubt"),
        "day_unknown": Q(dated_precision__in=("month", "unknown")),
        "no_thai": Q(title_th=""),
        "no_english": Q(title_en=""),
        "no_photo": Q(gallery="[]"),
        "no_topic": Q(topic=None),
        "sample": Q(origin="sample"),
    }
    counted = {name: Count("pk", filter=question) for name, question in questions.items()}
    return [Gap(name, n) for name, n in Version.objects.listed(at).aggregate(**counted).items()]


def ever_public(at: datetime) -> int:
    """How many codes were ever public."""
    return Version.objects.shown(at).values("release").distinct().count()
