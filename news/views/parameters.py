"""Reading query parameters. What makes no sense is answered 400; what isn't ours is ignored."""

import re
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest

_CURSOR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9]{1,18})")
_PAGE = re.compile(r"[0-9]{1,6}")


def text(request: HttpRequest, name: str, *, limit: int) -> str:
    """The parameter as typed, stripped; empty where it is absent.

    Raises BadRequest for more than `limit` characters, NUL characters, or bytes that were not UTF-8
    (which Django has read as U+FFFD).
    """
    value = request.GET.get(name, "").strip()
    if len(value) > limit or "\0" in value or "\ufffd" in value:
        raise BadRequest(f"{name} is too long or not text")
    return value


def page_number(request: HttpRequest, *, last: int) -> int:
    """`?page=`, 1 where it is absent. Raises BadRequest unless it is a number; 404 beyond
    `last`.
    """
    value = request.GET.get("page", "1")
    if not _PAGE.fullmatch(value):
        raise BadRequest("page is not a number")
    if not 1 <= int(value) <= last:
        raise Http404("no such page")
    return int(value)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list that runs by day and row, written `2018-05-19.123`."""

    dated: date
    pk: int

    def __str__(self) -> str:
        return f"{self.dated.isoformat()}.{self.pk}"


def cursor(request: HttpRequest, name: str) -> Cursor | None:
    """The place that `?name=` gives; None where it is absent. Raises BadRequest for
    anything else.
    """
    value = request.GET.get(name)
    if value is None:
        return None
    match = _CURSOR.fullmatch(value)
    if match is None:
        raise BadRequest(f"{name} is not a place in this list")
    try:
        return Cursor(date.fromisoformat(match[1]), int(match[2]))
    except ValueError as error:
        raise BadRequest(f"{name} names a day that doesn't exist") from error
