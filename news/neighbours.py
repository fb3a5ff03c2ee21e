"""Where a reader can go from a release: the ones before and after it, its series, its topic."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

from django.db.models import Value

from news.models import SeriesPart, Version
from news.prepared import Prepared
from news.querysets import VersionQuerySet

RELATED = 4
"""Releases of the same topic that are offered, the nearest in time."""

_PREVIOUS, _NEXT, _SERIES_PREVIOUS, _SERIES_NEXT, _RELATED = range(5)
_SHOWN = ("code", "slug", "title_th", "title_en", "dated", "dated_precision")


class Neighbour(NamedTuple):
    """What is said of a release to lead on to it; its title is in the page's language."""

    code: str
    slug: str
    title: str
    dated: date
    dated_precision: str


class Series(NamedTuple):
    slug: str
    name: str


class Neighbours(NamedTuple):
    """All of them listed and with a text in the page's language. `previous` is the older one.

    Equal where a page that shows them is the same.
    """

    previous: Neighbour | None
    next: Neighbour | None
    series: Series | None
    series_previous: Neighbour | None
    series_next: Neighbour | None
    related: tuple[Neighbour, ...]


def neighbours(version: Version, lang: str, at: datetime) -> Neighbours | None:
    """What lies around a version read `with_series`; None for one that is no news. One query, of
    seeks alone, at any size of the archive.
    """
    if not version.is_listed_kind:
        return None
    place = {
        "at": at,
        "dated": version.dated,
        "pk": version.pk,
        "series": version.series_id,
        "topic": version.topic_id,
    }
    shape = (lang, version.series_id is not None, version.topic_id is not None)
    rows = _PREPARED.ask(place, *shape)
    found = {row.role: row for row in rows}
    beside = {found[role].pk for role in (_PREVIOUS, _NEXT) if role in found}
    related = [row for row in rows if row.role == _RELATED and row.pk not in beside]
    related.sort(key=lambda row: (abs(row.dated - version.dated), -row.pk))
    return Neighbours(
        previous=_neighbour(found.get(_PREVIOUS), lang),
        next=_neighbour(found.get(_NEXT), lang),
        series=_series(version, lang),
        series_previous=_neighbour(found.get(_SERIES_PREVIOUS), lang),
        series_next=_neighbour(found.get(_SERIES_NEXT), lang),
        related=tuple(_neighbour(row, lang) for row in related[:RELATED]),
    )


def _neighbour(row: Version | None, lang: str) -> Neighbour | None:
    if row is None:
        return None
    title = row.title_th if lang == "th" else row.title_en
    return Neighbour(row.code, row.slug, title, row.dated, row.dated_precision)


def _series(version: Version, lang: str) -> Series | None:
    if version.series_id is None:
        return None
    name = version.series_name_th if lang == "th" else version.series_name_en
    return Series(version.series_slug, name)


def _around(
    place: Mapping[str, object],
    lang: str,
    has_series: bool,  # noqa: FBT001
    has_topic: bool,  # noqa: FBT001
) -> VersionQuerySet:
    listed = Version.objects.listed(place["at"]).in_language(lang)
    first, *others = _branches(place, listed, has_series=has_series, has_topic=has_topic)
    return first.union(*others, all=True)


def _branches(
    place: Mapping[str, object], listed: VersionQuerySet, *, has_series: bool, has_topic: bool
) -> Iterator[VersionQuerySet]:
    dated, pk = place["dated"], place["pk"]

    def older(versions: VersionQuerySet, role: int, count: int) -> VersionQuerySet:
        return _rows(versions.older_than(dated, pk).newest_first(), role, count)

    def newer(versions: VersionQuerySet, role: int, count: int) -> VersionQuerySet:
        return _rows(versions.newer_than(dated, pk).order_by("dated", "id"), role, count)

    yield older(listed, _PREVIOUS, 1)
    yield newer(listed, _NEXT, 1)
    if has_series:
        parts = SeriesPart.objects.filter(series=place["series"]).values("release")
        of_series = listed.filter(release__in=parts)
        yield older(of_series, _SERIES_PREVIOUS, 1)
        yield newer(of_series, _SERIES_NEXT, 1)
    if has_topic:
        of_topic = listed.filter(topic=place["topic"])
        # One more than is shown on either side: the neighbours may be among them.
        yield older(of_topic, _RELATED, RELATED + 1)
        yield newer(of_topic, _RELATED, RELATED + 1)


def _rows(ordered: VersionQuerySet, role: int, count: int) -> VersionQuerySet:
    """The first rows as a query that can be joined to others: SQLite allows no LIMIT there."""
    chosen = Version.objects.filter(pk__in=ordered.values("pk")[:count])
    return chosen.only(*_SHOWN).annotate(role=Value(role))


_PREPARED = Prepared(
    Version,
    _around,
    samples={
        "at": datetime(1, 1, 2, tzinfo=UTC),
        "dated": date(1, 1, 3),
        "pk": -1001,
        "series": -1002,
        "topic": -1003,
    },
)
