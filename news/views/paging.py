"""Paging through lists by place instead of by number: page 1,000 costs what page 1 costs, and what
is published in between neither repeats nor hides anything.
"""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from news.models import Version
from news.querysets import VersionQuerySet
from news.views.parameters import Cursor, cursor, page_number

PAGE_SIZE = 20


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


def window(
    request: HttpRequest,
    versions: VersionQuerySet,
    size: int = PAGE_SIZE,
    *,
    span: Span | None = None,
    keep: str = "",
) -> Window:
    """The page of `versions` that `?before=` or `?after=` asks for, newest first.

    `versions` must not be bounded by their days yet: that is done by `span`, which gives way to
    the place on the side where both bound the list. With two bounds on one side the databases seek
    to the wrong one, and page 1,000 reads all pages before it. `keep` (`name=value`) is kept in the
    addresses of the pages.

    Raises BadRequest for a place that is none, or outside the span, or for both places at once.
    `?page=` has no meaning here but 1, and is refused rather than ignored.
    """
    page_number(request, last=1)
    before, after = cursor(request, "before"), cursor(request, "after")
    if before and after:
        raise BadRequest("before and after exclude each other")
    place = before or after
    if span and place and place.dated not in span:
        raise BadRequest("this place lies outside of the list")
    if span and not before:
        versions = versions.filter(dated__lt=span.end)
    if span and not after:
        versions = versions.filter(dated__gte=span.start)
    if after:
        return _newer(versions, after, size, keep)
    found = versions.older_than(before.dated, before.pk) if before else versions
    rows = list(found.newest_first()[: size + 1])
    return _window(rows[:size], keep, newer=before is not None, older=len(rows) > size)


def _newer(versions: VersionQuerySet, after: Cursor, size: int, keep: str) -> Window:
    rows = list(versions.newer_than(after.dated, after.pk).order_by("dated", "id")[: size + 1])
    return _window(rows[:size][::-1], keep, newer=len(rows) > size, older=True)


def _window(rows: list[Version], keep: str, *, newer: bool, older: bool) -> Window:
    if not rows:
        return Window(())
    kept = f"{keep}&" if keep else ""
    return Window(
        tuple(rows),
        f"?{kept}after={_place(rows[0])}" if newer else "",
        f"?{kept}before={_place(rows[-1])}" if older else "",
    )


def _place(version: Version) -> Cursor:
    return Cursor(version.dated, version.pk)
