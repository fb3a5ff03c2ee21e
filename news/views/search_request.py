"""What a search page's address asks for, and the addresses of what else it could ask for."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from news.models import Topic
from news.search.searching import Filters, Order, Place
from news.thai.dates import YearRefused, read_day, read_year
from news.thai.eras import OFFSET
from news.views import parameters

MAX_LENGTH = 200
"""Characters of a question; the form has the same limit."""

LAST_PAGE = 50
"""The last page that has a number; what lies beyond is reached from page to page."""

# Whatever `repr` makes of a score: a place has to be the same on the next page.
_PLACE = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]{1,20}|(?:\.[0-9]{1,17})?e-[0-9]{2,3}))~([0-9]{1,18})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Asked:
    """All parameters of a search page. `year` and `month` are Common Era, `fiscal` is Buddhist."""

    words: str = ""
    topic: str = ""
    since: date | None = None
    until: date | None = None
    year: int | None = None
    fiscal: int | None = None
    month: tuple[int, int] | None = None
    language: str = ""
    photos: bool = False
    files: bool = False
    by: Order = Order.RELEVANCE
    number: int = 1
    after: Place | None = None

    def address(self, **changes) -> str:
        """The query string that asks the same with some `changes`, from its first page."""
        other = replace(self, **({"number": 1, "after": None} | changes))
        present = {name: value for name, value in other.parts().items() if value}
        return f"?{urlencode(present)}" if present else "?"

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form keeps when other words are typed: all but what it has fields for, and the
        page, which is none of the new results'.
        """
        elsewhere = {"q", "topic", "page", "after"}
        parts = self.parts().items()
        return [(name, value) for name, value in parts if value and name not in elsewhere]

    def parts(self) -> dict[str, str]:
        """All parameters as an address has them, empty where they are absent."""
        return {
            "q": self.words,
            "topic": self.topic,
            "from": self.since.isoformat() if self.since else "",
            "to": self.until.isoformat() if self.until else "",
            "year": str(self.year or ""),
            "fiscal": str(self.fiscal or ""),
            "month": f"{self.month[0]}-{self.month[1]:02}" if self.month else "",
            "lang": self.language,
            "photos": "1" if self.photos else "",
            "files": "1" if self.files else "",
            "sort": self.by.value if self.by != Order.RELEVANCE else "",
            "page": str(self.number) if self.number > 1 else "",
            "after": f"{self.after.score!r}~{self.after.key}" if self.after else "",
        }

    @property
    def without_filters(self) -> "Asked":
        return Asked(words=self.words, by=self.by)

    def filters(self, topic: Topic | None) -> Filters:
        """What narrows the search. A period is the part that all given periods share."""
        periods = [(self.since, self.until)]
        if self.year:
            periods.append((date(self.year, 1, 1), date(self.year, 12, 31)))
        if self.fiscal:
            common = self.fiscal - OFFSET
            periods.append((date(common - 1, 10, 1), date(common, 9, 30)))
        if self.month:
            first = date(*self.month, 1)
            following = (first + timedelta(days=31)).replace(day=1)
            periods.append((first, following - timedelta(days=1)))
        return Filters(
            since=max((first for first, _ in periods if first), default=None),
            until=min((last for _, last in periods if last), default=None),
            topic_id=topic.pk if topic else None,
            language=self.language,
            photos=self.photos,
            files=self.files,
        )


def read(request: HttpRequest) -> Asked:
    """Raises BadRequest for what makes no sense, Http404 for a page number out of reach."""
    after = _place(request)
    return Asked(
        words=parameters.text(request, "q", limit=MAX_LENGTH),
        topic=parameters.text(request, "topic", limit=80),
        since=_day(request, "from"),
        until=_day(request, "to"),
        year=_year(request, "year"),
        fiscal=_fiscal(request),
        month=_month(request),
        language=_one_of(request, "lang", {"th", "en"}),
        photos=_one_of(request, "photos", {"1"}) == "1",
        files=_one_of(request, "files", {"1"}) == "1",
        by=Order(_one_of(request, "sort", set(Order)) or Order.RELEVANCE),
        number=parameters.page_number(request, last=999_999 if after else LAST_PAGE),
        after=after,
    )


def _one_of(request: HttpRequest, name: str, allowed: set[str]) -> str:
    value = parameters.text(request, name, limit=20)
    if value and value not in allowed:
        raise BadRequest(f"{name} can't be that")
    return value


def _day(request: HttpRequest, name: str) -> date | None:
    """A day with a year of either era."""
    value = parameters.text(request, name, limit=10)
    if not value:
        return None
    try:
        return read_day(value)
    except ValueError as error:
        raise BadRequest(f"{name} is not a day") from error


def _year(request: HttpRequest, name: str) -> int | None:
    """A year of either era as a Common-era year."""
    value = parameters.text(request, name, limit=4)
    if not value:
        return None
    try:
        return read_year(value).to_common().number
    except YearRefused as error:
        raise BadRequest(f"{name} is not a year") from error


def _fiscal(request: HttpRequest) -> int | None:
    common = _year(request, "fiscal")
    return common + OFFSET if common else None


def _month(request: HttpRequest) -> tuple[int, int] | None:
    """A year of either era as a Common-era year, and the month."""
    value = parameters.text(request, "month", limit=7)
    if not value:
        return None
    match = _MONTH.fullmatch(value)
    if match is None or not 1 <= int(match[2]) <= 12:
        raise BadRequest("month is not a month")
    try:
        return read_year(match[1]).to_common().number, int(match[2])
    except YearRefused as error:
        raise BadRequest("month has no year") from error


def _place(request: HttpRequest) -> Place | None:
    value = parameters.text(request, "after", limit=40)
    if not value:
        return None
    match = _PLACE.fullmatch(value)
    if match is None:
        raise BadRequest("after is not a place in this list")
    return Place(float(match[1]), int(match[2]))
