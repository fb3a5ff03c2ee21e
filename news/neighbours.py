"""Where a reader can go from a release: the ones before and after it, its series, its topic."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Value

from news.models import SeriesPart, Version
from news.querysets import VersionQuerySet

RELATED = 4
"""Releases of the same topic that are offered, the nearest in time."""

_PREVIOUS, _NEXT, _SERIES_PREVIOUS, _SERIES_NEXT, _RELATED = range(5)
_SHOWN = ("code", "slug", "kind", "title_th", "title_en", "dated", "dated_precision")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """All of them listed and with a text in the page's language. `previous` is the older one."""

    previous: Version | None
    next: Version | None
    series_previous: Version | None
    series_next: Version | None
    related: tuple[Version, ...]


def neighbours(version: Version, lang: str, at: datetime, series_id: int | None) -> Neighbours:
    """What lies around a listed version. One query, of seeks alone, at any size of the archive."""
    rows = list(_asked(version, lang, at, series_id))
    found = {row.role: row for row in rows}
    beside = {found[role].pk for role in (_PREVIOUS, _NEXT) if role in found}
    related = [row for row in rows if row.role == _RELATED and row.pk not in beside]
    related.sort(key=lambda row: (abs(row.dated - version.dated), -row.pk))
    return Neighbours(
        previous=found.get(_PREVIOUS),
        next=found.get(_NEXT),
        series_previous=found.get(_SERIES_PREVIOUS),
        series_next=found.get(_SERIES_NEXT),
        related=tuple(related[:RELATED]),
    )


def _asked(
    version: Version, lang: str, at: datetime, series_id: int | None
) -> VersionQuerySet | Iterator[Version]:
    listed = Version.objects.listed(at).in_language(lang)
    first, *others = _branches(version, listed, series_id)
    return first.union(*others, all=True)


def _branches(
    version: Version, listed: VersionQuerySet, series_id: int | None
) -> Iterator[VersionQuerySet]:
    place = (version.dated, version.pk)

    def older(versions: VersionQuerySet, role: int, count: int) -> VersionQuerySet:
        return _rows(versions.older_than(*place).newest_first(), role, count)

    def newer(versions: VersionQuerySet, role: int, count: int) -> VersionQuerySet:
        return _rows(versions.newer_than(*place).order_by("dated", "id"), role, count)

    yield older(listed, _PREVIOUS, 1)
    yield newer(listed, _NEXT, 1)
    if series_id:
        parts = SeriesPart.objects.filter(series=series_id).values("release")
        of_series = listed.filter(release__in=parts)
        yield older(of_series, _SERIES_PREVIOUS, 1)
        yield newer(of_series, _SERIES_NEXT, 1)
    if version.topic_id:
        of_topic = listed.filter(topic=version.topic_id)
        # One more than is shown on either side: the neighbours may be among them.
        yield older(of_topic, _RELATED, RELATED + 1)
        yield newer(of_topic, _RELATED, RELATED + 1)


def _rows(ordered: VersionQuerySet, role: int, count: int) -> VersionQuerySet:
    """The first rows as a query that can be joined to others: SQLite allows no LIMIT there."""
    chosen = Version.objects.filter(pk__in=ordered.values("pk")[:count])
    return chosen.only(*_SHOWN).annotate(role=Value(role))
