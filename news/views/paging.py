"""Paging through lists by place instead of by number: page 1,000 costs what page 1 costs, and what
is published in between neither repeats nor hides anything.
"""

from dataclasses import dataclass

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


def window(request: HttpRequest, versions: VersionQuerySet, size: int = PAGE_SIZE) -> Window:
    """The page of `versions` that `?before=` or `?after=` asks for, newest first.

    Raises BadRequest for a place that is none, or for both at once. `?page=` has no meaning here
    but 1, and is refused rather than ignored.
    """
    page_number(request, last=1)
    before, after = cursor(request, "before"), cursor(request, "after")
    if before and after:
        raise BadRequest("before and after exclude each other")
    if after:
        return _newer(versions, after, size)
    found = versions.older_than(before.dated, before.pk) if before else versions
    rows = list(found.newest_first()[: size + 1])
    return _window(rows[:size], newer=before is not None, older=len(rows) > size)


def _newer(versions: VersionQuerySet, after: Cursor, size: int) -> Window:
    rows = list(versions.newer_than(after.dated, after.pk).order_by("dated", "id")[: size + 1])
    return _window(rows[:size][::-1], newer=len(rows) > size, older=True)


def _window(rows: list[Version], *, newer: bool, older: bool) -> Window:
    if not rows:
        return Window(())
    return Window(
        tuple(rows),
        f"?after={_place(rows[0])}" if newer else "",
        f"?before={_place(rows[-1])}" if older else "",
    )


def _place(version: Version) -> Cursor:
    return Cursor(version.dated, version.pk)
