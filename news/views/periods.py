"""Periods of the archive: their addresses, their names, links to them with counts.

Years are Common Era in addresses, in the page's era in words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.utils.translation import gettext

from news.querysets import period
from news.sharing.addresses import path_in
from news.thai.dates import (
    NBSP,
    CommonYear,
    fiscal_year,
    fiscal_year_span,
    format_date,
    format_month,
    format_month_name,
    format_year,
)
from news.views.paging import Span

Counts = Mapping[tuple[int, int], int]
"""(year, month) -> releases, in the order of time."""


@dataclass(frozen=True, slots=True)
class Period:
    """A year, a month or a day of the archive."""

    year: int
    month: int | None = None
    day: int | None = None

    def path(self, lang: str) -> str:
        if self.day:
            return path_in(lang, "archive_day", year=self.year, month=self.month, day=self.day)
        if self.month:
            return path_in(lang, "archive_month", year=self.year, month=self.month)
        return path_in(lang, "archive_year", year=self.year)

    def name(self, lang: str) -> str:
        if self.day:
            return format_date(date(self.year, self.month, self.day), lang, style="long")
        if self.month:
            return format_month(CommonYear(self.year), self.month, lang)
        return format_year(CommonYear(self.year), lang, era=lang == "th")

    def title(self, lang: str) -> str:
        """Its name, which may end a line before the year: for letters twice as large."""
        name = self.name(lang)
        return " ".join(name.rsplit(NBSP, 1)) if self.month else name

    def span(self) -> Span:
        """Raises ValueError for a day that doesn't exist."""
        return Span(*period(self.year, self.month, self.day))

    def parents(self) -> list["Period"]:
        """The periods that this one lies in, largest first."""
        chain = [Period(self.year), Period(self.year, self.month)]
        return chain[: (self.month is not None) + (self.day is not None)]


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """The government's year, 1 October to 30 September, by the Common-era year of its September."""

    year: int

    @property
    def query(self) -> str:
        return f"fiscal={self.year}"

    def path(self, lang: str) -> str:
        return f"{path_in(lang, 'archive')}?{self.query}"

    def name(self, lang: str) -> str:
        year = format_year(CommonYear(self.year), lang, era=lang == "th")
        return gettext("Fiscal year %(year)s") % {"year": year}

    def description(self, lang: str) -> str:
        """Its first and last day."""
        return " – ".join(format_date(day, lang) for day in self._days())

    def span(self) -> Span:
        first, last = self._days()
        return Span(first, last + timedelta(days=1))

    def _days(self) -> tuple[date, date]:
        return fiscal_year_span(CommonYear(self.year).to_buddhist())


@dataclass(frozen=True, slots=True)
class Link:
    """A period with its number of releases, in words."""

    name: str
    url: str
    count: str


@dataclass(frozen=True, slots=True)
class YearLinks:
    """A year of the archive's index, with its months."""

    year: Link
    months: tuple[Link, ...]


def year_links(counts: Counts, lang: str) -> tuple[YearLinks, ...]:
    """The years that have releases, newest first."""
    # One reversal for some hundreds of addresses: a month's is its year's and two digits more.
    base = path_in(lang, "archive")
    years = []
    for year, months in groupby(counts.items(), key=lambda entry: entry[0][0]):
        path = f"{base}{year}/"
        named = [
            (count, Link(format_month_name(month, lang), f"{path}{month:02}/", _shown(count)))
            for (_, month), count in months
        ]
        total = _shown(sum(count for count, _ in named))
        years.append(
            YearLinks(Link(Period(year).name(lang), path, total), tuple(each for _, each in named))
        )
    return tuple(reversed(years))


def month_links(counts: Counts, lang: str, *, with_year: bool) -> tuple[Link, ...]:
    """The months of a year, or `with_year` of several: short, for two stand beside each other on a
    phone.
    """

    def name(year: int, month: int) -> str:
        if with_year:
            return format_month(CommonYear(year), month, lang, style="short")
        return format_month_name(month, lang)

    return tuple(
        Link(name(*month), Period(*month).path(lang), _shown(count))
        for month, count in counts.items()
    )


def day_links(year: int, month: int, counts: Mapping[int, int], lang: str) -> tuple[Link, ...]:
    """The days of a month, written as above their releases."""
    return tuple(
        Link(
            format_date(date(year, month, day), lang, style="short"),
            Period(year, month, day).path(lang),
            _shown(count),
        )
        for day, count in counts.items()
    )


def fiscal_links(counts: Counts, lang: str) -> tuple[Link, ...]:
    """The fiscal years that have releases, newest first."""
    years = groupby(
        counts.items(), key=lambda entry: fiscal_year(date(*entry[0], 1)).to_common().number
    )
    totals = [(FiscalYear(year), sum(count for _, count in months)) for year, months in years]
    return tuple(
        Link(year.name(lang), year.path(lang), _shown(total)) for year, total in reversed(totals)
    )


def within(counts: Counts, span: Span) -> Counts:
    """The months that begin within `span`."""
    return {month: count for month, count in counts.items() if date(*month, 1) in span}


def _shown(count: int) -> str:
    # As both languages write it; Django's own way costs ten times as much, for each of the months.
    return f"{count:,}"
