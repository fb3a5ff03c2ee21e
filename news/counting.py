"""How many releases each month and day of the archive has, without counting them for each reader.

The table holds the counts that will be true when all that is scheduled has come; what lies ahead of
a moment is few versions, found by their moments, and is put right when the counts are read. So
nothing has to run when a scheduled minute comes, as everywhere in the record.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet, Sum

from news.models import ArchiveCount, Epoch, Precision, Version

NO_DAY = 0
"""The day of a release of which only the month is known."""

_BATCH = 2000
_COLUMNS = ("title_th", "title_en", "dated", "dated_precision")
# The ORM's upsert can only put a number in the place of another.
_ADD = f"""
    INSERT INTO {ArchiveCount._meta.db_table} (language, year, month, day, releases)
    VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (language, year, month, day)
    DO UPDATE SET releases = {ArchiveCount._meta.db_table}.releases + excluded.releases
"""  # noqa: S608 - the model's own table


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a release is counted: a language and a day, the year of the Common era."""

    language: str
    year: int
    month: int
    day: int


def add(versions: Iterable[Version]) -> None:
    """Count versions that were just appended, or whose end was taken back.

    The caller has raised the epoch, whose row makes publications follow each other.
    """
    places = sorted(_places(versions).items())
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, [(*astuple(place), number) for place, number in places])


def remove(version: Version) -> None:
    """Count a version no more: it has an end now, though that may lie ahead."""
    for place, number in _places([version]).items():
        # A count that drifted must not stop a withdrawal; `manage.py verify` tells of it.
        _of(place).filter(releases__gte=number).update(releases=F("releases") - number)


def months(language: str, at: datetime) -> dict[tuple[int, int], int]:
    """(year, month) -> listed releases with a text in `language` at `at`, oldest first.

    Two queries, whatever the size of the archive.
    """
    rows = ArchiveCount.objects.filter(language=language)
    grouped = rows.values_list("year", "month").annotate(total=Sum("releases"))
    found = Counter({(year, month): total for year, month, total in grouped.order_by()})
    for place, change in _ahead(language, at):
        found[place.year, place.month] += change
    return {month: found[month] for month in sorted(found) if found[month] > 0}


def days(language: str, year: int, month: int, at: datetime) -> dict[int, int]:
    """Day of the month -> the same for one month; without those of which no day is known."""
    rows = ArchiveCount.objects.filter(language=language, year=year, month=month)
    found = Counter(dict(rows.values_list("day", "releases")))
    for place, change in _ahead(language, at):
        if (place.year, place.month) == (year, month):
            found[place.day] += change
    return {day: found[day] for day in sorted(found) if day != NO_DAY and found[day] > 0}


def is_any(language: str, start: date, end: date, at: datetime) -> bool:
    """Whether a listed release at `at` has a text in `language` and a day in [start, end).

    One of which only the month is known is counted where that month as a whole lies within.
    """
    rows = ArchiveCount.objects.filter(language=language, year__range=(start.year, end.year))
    found: Counter[tuple[int, int, int]] = Counter()
    for year, month, day, releases in rows.values_list("year", "month", "day", "releases"):
        found[year, month, day] += releases
    for place, change in _ahead(language, at):
        found[place.year, place.month, place.day] += change
    return any(number > 0 and _lies_in(place, start, end) for place, number in found.items())


def _lies_in(place: tuple[int, int, int], start: date, end: date) -> bool:
    year, month, day = place
    if day != NO_DAY:
        return start <= date(year, month, day) < end
    first = date(year, month, 1)
    following = date(year + month // 12, month % 12 + 1, 1)
    return start <= first and following <= end


def rebuild() -> None:
    """Count the whole record anew; for what was written without the door."""
    with transaction.atomic():
        Epoch.objects.raise_site_revision()
        ArchiveCount.objects.all().delete()
        ArchiveCount.objects.bulk_create(_rows(_recounted()), batch_size=_BATCH)


def faults() -> Iterator[str]:
    """A sentence for each count that is not what the record says."""
    kept = Counter(
        {
            Place(row.language, row.year, row.month, row.day): row.releases
            for row in ArchiveCount.objects.filter(releases__gt=0)
        }
    )
    counted = _recounted()
    for place in sorted(kept.keys() | counted.keys()):
        if kept[place] != counted[place]:
            yield f"archive count of {place}: {kept[place]} kept, {counted[place]} in the record"


def _recounted() -> Counter[Place]:
    final = Version.objects.filter(visible_until__isnull=True).only("kind", *_COLUMNS)
    return _places(final.iterator(_BATCH))


def _rows(counts: Counter[Place]) -> list[ArchiveCount]:
    return [
        ArchiveCount(
            language=place.language,
            year=place.year,
            month=place.month,
            day=place.day,
            releases=number,
        )
        for place, number in sorted(counts.items())
    ]


def _places(versions: Iterable[Version]) -> Counter[Place]:
    """Where the listed ones among `versions` count, once in each of their languages."""
    return Counter(
        _place(language, version.dated, version.dated_precision)
        for version in versions
        if version.is_listed_kind
        for language in version.languages
    )


def _place(language: str, dated: date, precision: str) -> Place:
    known = precision not in {Precision.MONTH, Precision.UNKNOWN}
    return Place(language, dated.year, dated.month, dated.day if known else NO_DAY)


def _of(place: Place) -> QuerySet[ArchiveCount]:
    return ArchiveCount.objects.filter(
        language=place.language, year=place.year, month=place.month, day=place.day
    )


def _ahead(language: str, at: datetime) -> Iterator[tuple[Place, int]]:
    """What the table says too early at `at`: -1 for what is not there yet, +1 for what still is."""
    # Each half is one range of one index: with a condition more, a planner without statistics seeks
    # by that one, which all versions in force meet.
    rows = Version.objects.filter(Q(visible_from__gt=at) | Q(visible_until__gt=at))
    rows = rows.exclude(kind__in=Version.UNLISTED).in_language(language)
    columns = ("dated", "dated_precision", "visible_from", "visible_until")
    for dated, precision, begins, ends in rows.values_list(*columns):
        if begins <= at:
            yield _place(language, dated, precision), 1
        elif ends is None:
            yield _place(language, dated, precision), -1
