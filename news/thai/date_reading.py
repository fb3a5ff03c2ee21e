"""Dates that people wrote, found in running text and told with all that is doubtful about them.

Nothing is corrected here: a release can contradict itself, and only its editor knows which of two
days was meant. See docs/thai.md for the rules and their sources.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from news.thai.characters import ARABIC_DIGITS
from news.thai.date_patterns import (
    BEGINS_DATE,
    BETWEEN,
    ENDS_REACH,
    FROM_DAY,
    FROM_MONTH,
    MONTH_BEFORE,
    MONTH_ENDS,
    MONTH_REACH,
    MONTH_THROUGH,
    MONTH_THROUGH_REACH,
    NUMBER,
    THAI_DIGIT,
    THROUGH,
    THROUGH_MOST,
    WEEKDAY_BEFORE,
    WEEKDAY_REACH,
    is_organisation,
)
from news.thai.eras import (
    LAST_APRIL_YEAR,
    OFFSET,
    BuddhistYear,
    Year,
    YearRefused,
    read_year,
)
from news.thai.months import (
    ENGLISH_WEEKDAYS,
    THAI_MONTHS,
    THAI_WEEKDAYS,
    THAI_WEEKDAYS_SHORT,
    month_number,
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A day, a range of days, a month or a range of months, written at `text[start:end] == source`.

    `first` and `last` are the days that it covers, both None where that isn't certain; `problem`
    then says why:

    year_missing
        Only day and month are written.
    two_digit_year
        Two digits without a Thai month beside them.
    year_out_of_range
        Neither 2400-2650 nor 1900-2100.
    era_mismatch
        พ.ศ. before a Common-era number or the reverse.
    impossible_day
        29 February of a common year, 31 April.
    april_year
        January to March of a Thai year that began in April, before 1941: writers of today follow
        either reckoning.

    `readings` are the days it may mean, earliest first: where the year is doubtful, the day in each
    year that it may be; where the written weekday isn't the date's, the days of the neighbouring
    years that fall on that weekday.
    """

    source: str
    start: int
    end: int
    precision: str
    """"day" or "month"."""
    day: int | None
    month: int
    """Of a range of months the last, which the year stands beside."""
    year: Year | None
    first: date | None = None
    last: date | None = None
    weekday: int | None = None
    """The weekday as written, Monday 0; None where none is."""
    era: str = ""
    """The era as written, "พ.ศ." or "B.E."; empty where none is."""
    problem: str | None = None
    readings: tuple[date, ...] = ()
    span: tuple[date, date] | None = None
    """The first and last day of a range whose ends are two dates: 30 เม.ย. - 2 พ.ค. 61."""

    @property
    def date(self) -> date | None:
        """The day, where exactly one certain day is written."""
        return self.first if self.precision == "day" and self.first == self.last else None

    @property
    def weekday_agrees(self) -> bool | None:
        """Whether the written weekday is the day's; None where either is missing.

        Of a range it may be the first day's or the last one's.
        """
        if self.weekday is None or self.first is None or self.last is None:
            return None
        return self.weekday in {self.first.weekday(), self.last.weekday()}


def find_dates(text: str) -> list[FoundDate]:
    """Every day, range of days and month or range of months with a year that `text` writes, in
    order.

    A month's name alone is no date: it needs a day before it or a year after.
    """
    # Translating costs as much as all the rest, and few texts have Thai digits.
    digits = text.translate(ARABIC_DIGITS) if THAI_DIGIT.search(text) else text
    found = list(_found(digits, text))
    return _with_ranges(found, text)


def _found(digits: str, text: str) -> Iterator[FoundDate]:
    end = 0
    for number in NUMBER.finditer(digits):
        if number.start() < end:
            continue
        for match in _matches(digits, number.start()):
            if match.start() >= end and (found := _read(match, digits, text, end)):
                yield found
                end = found.end
                break


def _matches(digits: str, at: int) -> Iterator[re.Match[str]]:
    """The forms of a date that the number at `at` can belong to."""
    if BEGINS_DATE.match(digits, at):  # few numbers do, and each form costs as much as this look
        for form in FROM_DAY:
            if match := form.match(digits, at):
                yield match
    if not MONTH_ENDS.search(digits, max(0, at - ENDS_REACH), at):
        return  # looking for a month is what costs most here
    if before := MONTH_BEFORE.search(digits, max(0, at - MONTH_REACH), at):
        for form in FROM_MONTH:
            if match := form.match(digits, before.start()):
                yield match


def _read(match: re.Match[str], digits: str, text: str, after: int) -> FoundDate | None:
    """The date of a match, which has nothing of what is before `after`."""
    parts = match.groupdict()
    written_month = match["month"]
    month = int(written_month) if written_month.isdigit() else month_number(written_month)
    day = int(parts["day"]) if parts.get("day") else None
    last_day = int(parts["last"]) if parts.get("last") else day
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
        return None
    if day is None and is_organisation(written_month, digits[: match.start()]):
        return None
    start, weekday = _weekday_before(digits, match.start()) if day else (match.start(), None)
    found = FoundDate(
        source=text[start : match.end()],
        start=start,
        end=match.end(),
        precision="day" if day else "month",
        day=day,
        month=month,
        year=None,
        weekday=weekday,
        era=parts.get("era") or "",
    )
    if not parts.get("year"):
        return replace(found, problem="year_missing")
    found = _dated(found, parts["year"], last_day, thai_month=not written_month.isascii())
    # A road's number กพ.4014 is no month; กุมภาพันธ์ 4014 is one with a wrong year.
    certain = day or found.year or written_month in THAI_MONTHS
    if not certain:
        return None
    return found if day or found.first is None else _with_first_month(found, digits, text, after)


def _with_first_month(found: FoundDate, digits: str, text: str, after: int) -> FoundDate:
    """A month with those before it, where it ends a range of them: ม.ค. - มี.ค. 61."""
    reach = max(after, found.start - MONTH_THROUGH_REACH)
    begun = MONTH_THROUGH.search(digits, reach, found.start)
    if begun is None or is_organisation(begun["month"], digits[: begun.start()]):
        return found
    month = month_number(begun["month"])
    year = found.first.year - (month > found.month)
    is_mixed = begun["month"].isascii() != found.source[0].isascii()
    if is_mixed or month == found.month or year + OFFSET <= LAST_APRIL_YEAR:
        return found
    start = begun.start()
    return replace(found, source=text[start : found.end], start=start, first=date(year, month, 1))


def _dated(found: FoundDate, digits: str, last_day: int | None, *, thai_month: bool) -> FoundDate:
    """`found` with its year, or with the reason why it has none."""
    if len(digits) == 2 and not thai_month:
        short = int(digits)
        readings = _days_of(found, (2000 + short, 2500 + short - OFFSET))
        return replace(found, problem="two_digit_year", readings=readings)
    try:
        year = BuddhistYear(2500 + int(digits)) if len(digits) == 2 else read_year(digits)
    except YearRefused:
        return replace(found, problem="year_out_of_range")
    if found.era and (found.era[0] in "พbB") != isinstance(year, BuddhistYear):
        return replace(found, problem="era_mismatch", readings=_days_of(found, [_common(year)]))
    return _in_year(replace(found, year=year), _common(year), last_day)


def _in_year(found: FoundDate, common: int, last_day: int | None) -> FoundDate:
    """`found` with the days that it covers in the Common-era year `common`."""
    year = found.year
    if isinstance(year, BuddhistYear) and year.number <= LAST_APRIL_YEAR and found.month < 4:
        # 2483 had nine months only: who writes its January reckons as we do now.
        years = (common, common + 1) if year.number < LAST_APRIL_YEAR else (common,)
        return replace(found, problem="april_year", readings=_days_of(found, years))
    try:
        first, last = _days_covered(found, common, last_day)
    except ValueError:
        return replace(found, problem="impossible_day")
    found = replace(found, first=first, last=last)
    if found.weekday_agrees is False:
        neighbours = _days_of(found, (common - 1, common + 1))
        readings = tuple(day for day in neighbours if day.weekday() == found.weekday)
        found = replace(found, readings=readings)
    return found


def _common(year: Year) -> int:
    """The number of a year in the Common era; BuddhistYear's range goes beyond CommonYear's."""
    return year.number - OFFSET if isinstance(year, BuddhistYear) else year.number


def _days_covered(found: FoundDate, year: int, last_day: int | None) -> tuple[date, date]:
    """The first and last day. Raises ValueError where the month has no such day."""
    if found.day is None or last_day is None:
        return date(year, found.month, 1), date(year, found.month, _length(year, found.month))
    first, last = date(year, found.month, found.day), date(year, found.month, last_day)
    return first, max(first, last)


def _days_of(found: FoundDate, years: Iterable[int]) -> tuple[date, ...]:
    """The days that `found` is in each of the years, where it exists; of a month its first."""
    return tuple(
        date(year, found.month, found.day or 1)
        for year in sorted(years)
        if (found.day or 1) <= _length(year, found.month)
    )


def _length(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def _weekday_before(digits: str, start: int) -> tuple[int, int | None]:
    """Where a weekday written just before `start` begins, and which it is."""
    reach = max(0, start - WEEKDAY_REACH)
    match = WEEKDAY_BEFORE.search(digits, reach, start)
    if not match:
        return start, None
    if match["thai"]:
        weekday = next(i for i, name in enumerate(THAI_WEEKDAYS) if name.startswith(match["thai"]))
    elif match["short"]:
        weekday = THAI_WEEKDAYS_SHORT.index(match["short"] + ".")
    else:
        begin = match["english"][:3].title()
        weekday = next(i for i, name in enumerate(ENGLISH_WEEKDAYS) if name.startswith(begin))
    return match.start(), weekday


def _with_ranges(found: list[FoundDate], text: str) -> list[FoundDate]:
    """30 เม.ย. - 2 พ.ค. 61: the first day has the year of the second, or the one before it, and
    both know the whole range.
    """
    result = found[:]
    for index in range(len(found) - 2, -1, -1):
        one, other = result[index], result[index + 1]
        if other.first is None or other.start - one.end > THROUGH_MOST:
            continue
        between = text[one.end : other.start]
        if one.problem == "year_missing" and BETWEEN.fullmatch(between):
            one = result[index] = _with_year_of(one, other)
        if _is_range(one, other) and THROUGH.fullmatch(between):
            span = (one.first, other.last)
            result[index], result[index + 1] = replace(one, span=span), replace(other, span=span)
    return result


def _with_year_of(one: FoundDate, other: FoundDate) -> FoundDate:
    if other.first is None or other.year is None:
        return one
    earlier = one.month > other.month
    try:
        year = replace(other.year, number=other.year.number - earlier)
    except YearRefused:
        return one
    return _in_year(replace(one, problem=None, year=year), other.first.year - earlier, one.day)


def _is_range(one: FoundDate, other: FoundDate) -> bool:
    if one.last is None or other.first is None:
        return False
    return one.precision == other.precision and one.last < other.first and other.span is None
