"""The query of an API request, read strictly: what makes no sense is refused, never guessed."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from news.api.answers import ApiError
from news.models import Topic
from news.thai.dates import CommonYear, YearRefused, fiscal_year_span, read_day, read_year

DEFAULT_LIMIT, MAX_LIMIT = 50, 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LIMIT = re.compile(r"[0-9]{1,6}")
_BY_DAY = re.compile(r"d\.([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9]{1,18})")
_BY_MOMENT = re.compile(r"m\.([0-9]{1,17})\.([0-9]{1,18})")
_BY_RESULT = re.compile(r"s\.([0-9]{1,18})")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def text(request: HttpRequest, name: str, limit: int = 200) -> str:
    """The parameter as given, empty where it is absent; refuses what is too long or no text."""
    value = request.GET.get(name, "")
    if len(value) > limit or "\0" in value or "\ufffd" in value:
        raise ApiError.bad(name, f"{name} is too long or not UTF-8 text.")
    return value


def day(request: HttpRequest, name: str) -> date | None:
    """A day as YYYY-MM-DD, its year of either era; None where the parameter is absent."""
    value = text(request, name)
    if not value:
        return None
    if not _DAY.fullmatch(value):
        raise ApiError.bad(name, f"{name} must be a day as YYYY-MM-DD.")
    try:
        return read_day(value)
    except ValueError:
        raise ApiError.bad(name, f"{name}: there is no such day.") from None


def moment(request: HttpRequest, name: str) -> datetime | None:
    """A moment as RFC 3339 with its offset, or a day (its first moment in UTC)."""
    value = text(request, name)
    if not value:
        return None
    if _DAY.fullmatch(value):
        value = f"{value}T00:00:00Z"
    try:
        # In a query a plus sign reads as a space.
        parsed = parse_datetime(value.replace(" ", "+"))
    except ValueError:
        parsed = None
    if parsed is None or parsed.tzinfo is None:
        raise ApiError.bad(
            name, f"{name} must be a moment with its offset, like 2026-01-31T09:00:00Z, or a day."
        )
    try:
        return parsed.astimezone(UTC)
    except OverflowError:
        raise ApiError.bad(name, f"{name}: there is no such moment.") from None


def limit(request: HttpRequest) -> int:
    value = text(request, "limit") or str(DEFAULT_LIMIT)
    if not _LIMIT.fullmatch(value) or not 1 <= int(value) <= MAX_LIMIT:
        raise ApiError.bad("limit", f"limit must be a number from 1 to {MAX_LIMIT}.")
    return int(value)


def language(request: HttpRequest) -> str:
    """`th`, `en`, or empty for both."""
    value = text(request, "lang")
    if value not in {"", "th", "en"}:
        raise ApiError.bad("lang", "lang must be th or en.")
    return value


def topic(request: HttpRequest) -> Topic | None:
    """The topic asked for, None where the parameter is absent. A slug that is no topic's would
    find nothing, which reads like an answer.
    """
    slug = text(request, "topic")
    if not slug:
        return None
    found = Topic.objects.filter(slug=slug).first()
    if found is None:
        raise ApiError.bad(
            "topic", "There is no such topic; topic must be a slug that /api/v1/topics/ lists."
        )
    return found


def words(request: HttpRequest) -> str:
    """What is searched for, as on the search page; empty for nothing."""
    return text(request, "q", limit=200).strip()


def flag(request: HttpRequest, name: str) -> bool:
    value = text(request, name)
    if value not in {"", "1"}:
        raise ApiError.bad(name, f"{name} must be 1, or left away.")
    return value == "1"


def periods(request: HttpRequest) -> tuple[date | None, date | None]:
    """The days (first, last) that `from`, `to`, `year`, `month` and `fiscal` have in common."""
    spans = [(day(request, "from"), day(request, "to"))]
    if spans[0][0] and spans[0][1] and spans[0][1] < spans[0][0]:
        raise ApiError.bad("to", "to must not be before from.")
    if year := _year(text(request, "year"), "year"):
        spans.append((date(year, 1, 1), date(year, 12, 31)))
    if value := text(request, "month"):
        match = _MONTH.fullmatch(value)
        if match is None:
            raise ApiError.bad("month", "month must be like 2018-05.")
        first = date(_year(match[1], "month"), int(match[2]), 1)
        following = (first + timedelta(days=31)).replace(day=1)
        spans.append((first, following - timedelta(days=1)))
    if fiscal := _year(text(request, "fiscal"), "fiscal"):
        spans.append(fiscal_year_span(CommonYear(fiscal).to_buddhist()))
    return (
        max((first for first, _last in spans if first), default=None),
        min((last for _first, last in spans if last), default=None),
    )


def _year(written: str, name: str) -> int | None:
    """A year of either era as a Common-era year; None for nothing."""
    if not written:
        return None
    try:
        return read_year(written).to_common().number
    except YearRefused:
        raise ApiError.bad(
            name, f"{name} must have a year of the Common Era, like 2018, or Buddhist, like 2561."
        ) from None


def fields(request: HttpRequest, known: frozenset[str]) -> frozenset[str]:
    """The members asked for, empty for all; `id`, `state` and `version` always come along."""
    value = text(request, "fields", limit=1_000)
    asked = frozenset(name.strip() for name in value.split(",") if name.strip())
    if unknown := sorted(asked - known):
        raise ApiError.bad(
            "fields", f"Unknown: {', '.join(unknown)}. Known: {', '.join(sorted(known))}."
        )
    return asked | {"id", "state", "version"} if asked else asked


@dataclass(frozen=True, slots=True)
class DayPlace:
    """A place in a list that runs by day and row."""

    dated: date
    pk: int

    def __str__(self) -> str:
        return f"d.{self.dated.isoformat()}.{self.pk}"


@dataclass(frozen=True, slots=True)
class ResultPlace:
    """A place in what a search found, newest first: the key of an entry of the index."""

    key: int

    def __str__(self) -> str:
        return f"s.{self.key}"


@dataclass(frozen=True, slots=True)
class MomentPlace:
    """A place in a list that runs by moment and row."""

    moment: datetime
    pk: int

    def __str__(self) -> str:
        microseconds = (self.moment - _EPOCH) // timedelta(microseconds=1)
        return f"m.{microseconds}.{self.pk}"


def day_place(request: HttpRequest) -> DayPlace | None:
    match = _match(request, _BY_DAY)
    if match is None:
        return None
    try:
        return DayPlace(date.fromisoformat(match[1]), int(match[2]))
    except ValueError:
        raise _bad_cursor() from None


def result_place(request: HttpRequest) -> ResultPlace | None:
    match = _match(request, _BY_RESULT)
    return ResultPlace(int(match[1])) if match else None


def moment_place(request: HttpRequest) -> MomentPlace | None:
    match = _match(request, _BY_MOMENT)
    if match is None:
        return None
    try:
        return MomentPlace(_EPOCH + timedelta(microseconds=int(match[1])), int(match[2]))
    except OverflowError:
        raise _bad_cursor() from None


def _match(request: HttpRequest, pattern: re.Pattern) -> re.Match | None:
    value = text(request, "cursor")
    if not value:
        return None
    match = pattern.fullmatch(value)
    if match is None:
        raise _bad_cursor()
    return match


def _bad_cursor() -> ApiError:
    return ApiError.bad("cursor", "cursor must be one that this list gave in its next link.")
