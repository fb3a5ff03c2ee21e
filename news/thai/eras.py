"""Years of the Buddhist and the Common era, kept apart by type so that 543 can't be added twice."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from news.thai.characters import ARABIC_DIGITS

BANGKOK = ZoneInfo("Asia/Bangkok")
OFFSET = 543
"""Buddhist-era year less Common-era year, for the months from April and all months since 1941."""

FIRST_BUDDHIST, LAST_BUDDHIST = 2400, 2650
FIRST_COMMON, LAST_COMMON = 1900, 2100
LAST_APRIL_YEAR = 2483
"""The last Thai year that began on 1 April; it ended on 31 December 1940."""

_LATIN_ERA = r"(?i:b\.?e\.?|c\.?e\.?|a\.?d\.?)"
ERA = rf"(?:พ\.? ?ศ\.?|ค\.? ?ศ\.?|พุทธศักราช|คริสต์ศักราช|{_LATIN_ERA})"
"""The name of an era, in full or abbreviated."""

_DIGITS = "[0-9๐-๙]{4}"
YEAR_OF_ERA = re.compile(
    rf"(?<!\S)(?:(?:ปี\s*)?(?P<era>{ERA})\s*(?P<year>{_DIGITS})"
    rf"|(?P<before>{_DIGITS})\s*(?P<behind>{_LATIN_ERA}))(?!\S)"
)
"""A year with the name of its era between spaces: พ.ศ. 2561, ปี พ.ศ. 2561, 2018 AD."""

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


class YearRefused(ValueError):
    """A written year that has no certain meaning. `code` says why.

    "not_a_year": not four digits; "two_digits": the era and century aren't given;
    "out_of_range": neither 2400-2650 (Buddhist era) nor 1900-2100 (Common era).
    """

    def __init__(self, code: str, written: str):
        super().__init__(f"{code}: {written!r}")
        self.code = code
        self.written = written


@dataclass(frozen=True, slots=True, order=True)
class CommonYear:
    """A year of the Common era (ค.ศ.), 1900 to 2100. Raises YearRefused for any other."""

    number: int

    def __post_init__(self):
        if not FIRST_COMMON <= self.number <= LAST_COMMON:
            raise YearRefused("out_of_range", str(self.number))

    def to_common(self) -> "CommonYear":
        return self

    def to_buddhist(self) -> "BuddhistYear":
        return BuddhistYear(self.number + OFFSET)


@dataclass(frozen=True, slots=True, order=True)
class BuddhistYear:
    """A year of the Buddhist era (พ.ศ.), 2400 to 2650. Raises YearRefused for any other.

    Only 2443 to 2643 have a Common-era year that CommonYear takes.
    """

    number: int

    def __post_init__(self):
        if not FIRST_BUDDHIST <= self.number <= LAST_BUDDHIST:
            raise YearRefused("out_of_range", str(self.number))

    def to_common(self) -> CommonYear:
        return CommonYear(self.number - OFFSET)

    def to_buddhist(self) -> "BuddhistYear":
        return self


Year = BuddhistYear | CommonYear


def read_year(written: str) -> Year:
    """The year that four digits mean, Arabic or Thai: the ranges of the two eras don't overlap.

    Raises YearRefused.
    """
    digits = written.strip().translate(ARABIC_DIGITS)
    if not (digits.isascii() and digits.isdigit()):
        raise YearRefused("not_a_year", written)
    if len(digits) == 2:
        raise YearRefused("two_digits", written)
    if len(digits) != 4:
        raise YearRefused("not_a_year", written)
    number = int(digits)
    if FIRST_BUDDHIST <= number <= LAST_BUDDHIST:
        return BuddhistYear(number)
    if FIRST_COMMON <= number <= LAST_COMMON:
        return CommonYear(number)
    raise YearRefused("out_of_range", written)


def year_of_era(match: re.Match[str]) -> Year | None:
    """The year that YEAR_OF_ERA matched; None where the number is no year of that era."""
    try:
        year = read_year(match["year"] or match["before"])
    except YearRefused:
        return None
    is_buddhist = (match["era"] or match["behind"])[0] in "พbB"
    return year if is_buddhist == isinstance(year, BuddhistYear) else None


def read_day(written: str) -> date:
    """The day that `YYYY-MM-DD` means; a year from 2400 on is one of the Buddhist era.

    Raises ValueError for anything else, YearRefused for a year beyond that era's last.
    """
    match = _DAY.fullmatch(written)
    if match is None:
        raise ValueError(f"{written!r} is not written as YYYY-MM-DD")
    year, month, day = (int(part) for part in match.groups())
    if year >= FIRST_BUDDHIST:
        year = BuddhistYear(year).to_common().number
    return date(year, month, day)


def bangkok_day(moment: date | datetime) -> date:
    """The day in Thailand: a datetime is converted to Asia/Bangkok, a plain date is taken as it is.

    Raises ValueError for a datetime without a time zone, whose day nobody knows.
    """
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(BANGKOK).date()


def buddhist_year(day: date | datetime) -> int:
    """The number of the Thai year that `day` lay in, by the calendar in force on that day."""
    day = bangkok_day(day)
    year = day.year + OFFSET
    return year - 1 if year <= LAST_APRIL_YEAR and day.month < 4 else year


def fiscal_year(day: date | datetime) -> BuddhistYear:
    """The Thai government's fiscal year: 1 October to 30 September, named for its September."""
    day = bangkok_day(day)
    return CommonYear(day.year + (day.month >= 10)).to_buddhist()


def fiscal_year_span(year: BuddhistYear) -> tuple[date, date]:
    """The first and the last day of a fiscal year."""
    september = year.to_common().number
    return date(september - 1, 10, 1), date(september, 9, 30)
