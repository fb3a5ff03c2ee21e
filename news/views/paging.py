"""Paging through lists by place instead of by number: page 1,000 costs what page 1 costs, and what
is published in between neither repeats nor hides anything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest

from news.models import Version
from news.querysets import VersionQuerySet
from news.views.parameters import (
    DayPlace,
    MomentPlace,
    day_place,
    moment_place,
    page_number,
)

PAGE_SIZE = 20

Place = DayPlace | MomentPlace


@dataclass(frozen=True, slots=True)
class Window:
    """One page of a list. `newer` and `older` are query strings, empty at the list's ends."""

    versions: tuple[Version, ...]
    newer: str = ""
    older: str = ""

    @property
    def is_first(self) -> bool:
        return not self.newer


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a list is bounded by: `start` included, `end` excluded."""

    start: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end


@dataclass(frozen=True, slots=True)
class Order:
    """What a list runs by: how a place in it is read and written, and what lies on either side."""

    read: Callable[[HttpRequest, str], Place | None]
    place_of: Callable[[Version], Place]
    older: Callable[[VersionQuerySet, Place], VersionQuerySet]
    newer: Callable[[VersionQuerySet, Place], VersionQuerySet]
    columns: tuple[str, str]

    def newest_first(self, versions: VersionQuerySet) -> VersionQuerySet:
        return versions.order_by(*(f"-{column}" for column in self.columns))

    def oldest_first(self, versions: VersionQuerySet) -> VersionQuerySet:
        return versions.order_by(*self.columns)


BY_DAY = Order(
    read=day_place,
    place_of=lambda version: DayPlace(version.dated, version.pk),
    older=lambda versions, place: versions.older_than(place.dated, place.pk),
    newer=lambda versions, place: versions.newer_than(place.dated, place.pk),
    columns=("dated", "id"),
)
BY_CHANGE = Order(
    read=moment_place,
    place_of=lambda version: MomentPlace(version.visible_from, version.pk),
    older=lambda versions, place: versions.changed_before(place.moment, place.pk),
    newer=lambda versions, place: versions.changed_after(place.moment, place.pk),
    columns=("visible_from", "id"),
)


def window(
    request: HttpRequest,
    versions: VersionQuerySet,
    size: int = PAGE_SIZE,
    *,
    order: Order = BY_DAY,
    span: Span | None = None,
    keep: str = "",
) -> Window:
    """The page of `versions` that `?before=` or `?after=` asks for, newest first.

    `versions` must not be bounded by their days yet: that is done by `span`, which gives way to
    the place on the side where both bound the list. With two bounds on one side the databases seek
    to the wrong one, and page 1,000 reads all pages before it. `keep` (`name=value`) is kept in the
    addresses of the pages.

    Raises BadRequest for a place that is none, or outside the span, or for both places at once, and
    Http404 for one beyond which nothing is.
    `?page=` has no meaning here but 1, and is refused rather than ignored.
    """
    page_number(request, last=1)
    before, after = order.read(request, "before"), order.read(request, "after")
    if before and after:
        raise BadRequest("before and after exclude each other")
    if span:
        versions = _bounded(versions, span, before, after)
    written = _Written(order, f"{keep}&" if keep else "")
    if after:
        rows = list(order.oldest_first(order.newer(versions, after))[: size + 1])
        _require(rows)
        return written.window(rows[:size][::-1], newer=len(rows) > size, older=True)
    found = order.older(versions, before) if before else versions
    rows = list(order.newest_first(found)[: size + 1])
    if before:
        _require(rows)
    return written.window(rows[:size], newer=before is not None, older=len(rows) > size)


def _require(rows: list[Version]) -> None:
    """A list may be empty; beyond its end there is no page."""
    if not rows:
        raise Http404("nothing beyond this place")


def _bounded(
    versions: VersionQuerySet, span: Span, before: Place | None, after: Place | None
) -> VersionQuerySet:
    place = before or after
    if place and place.dated not in span:
        raise BadRequest("this place lies outside of the list")
    if not before:
        versions = versions.filter(dated__lt=span.end)
    if not after:
        versions = versions.filter(dated__gte=span.start)
    return versions


@dataclass(frozen=True, slots=True)
class _Written:
    """How the addresses of a list's pages are written."""

    order: Order
    kept: str

    def window(self, rows: list[Version], *, newer: bool, older: bool) -> Window:
        if not rows:
            return Window(())
        return Window(
            tuple(rows),
            f"?{self.kept}after={self.order.place_of(rows[0])}" if newer else "",
            f"?{self.kept}before={self.order.place_of(rows[-1])}" if older else "",
        )
