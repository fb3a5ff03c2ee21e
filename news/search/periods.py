"""The days that a reader means after from: and to:, by a date, a month or a year in any writing."""

import re
from calendar import monthrange
from datetime import date

from news.thai.dates import YEAR_OF_ERA, YearRefused, find_dates, read_year, year_of_era
from news.thai.text import fold

_YEAR = re.compile("(?:ปี\\s*)?([0-9]{4})")
_YEAR_AND_MONTH = re.compile(
    "(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})|(?P<first>[0-9]{1,2})/(?P<last>[0-9]{4})"
)
_ENGLISH_WORD = re.compile("[A-Za-z]+")


class PeriodRefused(ValueError):
    """A text that is not one date, month or year that can be counted on."""


def read_period(text: str) -> tuple[date, date]:
    """The first and last day of 2561, พ.ศ. 2561, 2018-05, 5/2561, พ.ค. 61, 19 พฤษภาคม 2561, ...

    Raises PeriodRefused.
    """
    written = fold(text).strip()
    named = YEAR_OF_ERA.fullmatch(written)
    if year := named and year_of_era(named):
        written = str(year.number)
    if match := _YEAR.fullmatch(written):
        common = _common(match[1])
        return date(common, 1, 1), date(common, 12, 31)
    if match := _YEAR_AND_MONTH.fullmatch(written):
        year = _common(match["year"] or match["last"])
        month = int(match["month"] or match["first"])
        if not 1 <= month <= 12:
            raise PeriodRefused(text)
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    found = find_dates(with_capitals(written))
    if len(found) != 1 or len(found[0].source) != len(written):
        raise PeriodRefused(text)
    if found[0].first is None or found[0].last is None:
        raise PeriodRefused(text)
    return found[0].first, found[0].last


def with_capitals(text: str) -> str:
    """A query as `find_dates` reads it: readers type may 2018, a text in which may is a verb."""
    return _ENGLISH_WORD.sub(lambda match: match.group().capitalize(), text)


def _common(written: str) -> int:
    try:
        return read_year(written).to_common().number
    except YearRefused as refused:
        raise PeriodRefused(written) from refused
