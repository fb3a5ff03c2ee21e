"""Reading query parameters. What makes no sense is answered 400; what isn't ours is ignored."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest

_DAY_PLACE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9]{1,18})")
_MOMENT_PLACE = re.compile(r"([0-9]{1,17})\.([0-9]{1,18})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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
class DayPlace:
    """A place in a list that runs by day and row, written `2018-05-19.123`."""

    dated: date
    pk: int

    def __str__(self) -> str:
        return f"{self.dated.isoformat()}.{self.pk}"


@dataclass(frozen=True, slots=True)
class MomentPlace:
    """A place in a list that runs by moment and row, written in microseconds since 1970."""

    moment: datetime
    pk: int

    def __str__(self) -> str:
        return f"{(self.moment - _EPOCH) // timedelta(microseconds=1)}.{self.pk}"


def day_place(request: HttpRequest, name: str) -> DayPlace | None:
    """The place that `?name=` gives; None where it is absent. Raises BadRequest for
    anything else.
    """
    match = _match(request, name, _DAY_PLACE)
    if match is None:
        return None
    try:
        return DayPlace(date.fromisoformat(match[1]), int(match[2]))
    except ValueError as error:
        raise BadRequest(f"{name} names a day that doesn't exist") from error


def moment_place(request: HttpRequest, name: str) -> MomentPlace | None:
    """The same in a list that runs by moment."""
    match = _match(request, name, _MOMENT_PLACE)
    if match is None:
        return None
    try:
        return MomentPlace(_EPOCH + timedelta(microseconds=int(match[1])), int(match[2]))
    except OverflowError as error:
        raise BadRequest(f"{name} names a moment that doesn't exist") from error


def _match(request: HttpRequest, name: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    value = request.GET.get(name)
    if value is None:
        return None
    match = pattern.fullmatch(value)
    if match is None:
        raise BadRequest(f"{name} is not a place in this list")
    return match
