"""The archive by the releases' own days. Years are Common Era in addresses, in the page's era in
words.
"""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.translation import gettext

from news.models import Precision, Version
from news.querysets import VersionQuerySet
from news.sharing.addresses import path_in
from news.thai.dates import (
    CommonYear,
    YearRefused,
    format_date,
    format_month,
    format_year,
    read_year,
)
from news.views.items import by_day, item
from news.views.page import Crumb, language, site_page
from news.views.paging import window
from news.views.public import public

DOUBTFUL_SHOWN = 20


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

    def parents(self) -> list["Period"]:
        """The periods that this one lies in, largest first."""
        chain = [Period(self.year), Period(self.year, self.month)]
        return chain[: (self.month is not None) + (self.day is not None)]


@public
def archive(request: HttpRequest, *, at) -> HttpResponse:
    """The years that have releases in this language."""
    lang = language()
    listed = Version.objects.listed(at).in_language(lang)
    years = [Period(day.year) for day in listed.dates("dated", "year", order="DESC")]
    page = site_page(
        gettext("Archive by date"), lambda other: path_in(other, "archive"), section="archive"
    )
    return render(request, "pages/archive.html", {"page": page, "periods": _links(years, lang)})


@public
def archive_period(
    request: HttpRequest, year: int, month: int | None = None, day: int | None = None, *, at
) -> HttpResponse:
    """The releases of a year, month or day, and those of doubtful date that may belong there.

    A Buddhist-era year leads to its Common-era address; a period without releases is unknown.
    """
    lang = language()
    try:
        common = read_year(str(year)).to_common().number
    except YearRefused as error:
        raise Http404("no such year") from error
    period = Period(common, month, day)
    if common != year:
        return HttpResponsePermanentRedirect(period.path(lang))
    listed = Version.objects.listed(at).in_language(lang).for_list()
    try:
        within = _dated_in(listed, period)
        doubtful = listed.other_reading_in(year, month, day)
    except ValueError as error:
        raise Http404("no such day") from error
    shown = window(request, within)
    maybe = doubtful.newest_first()[:DOUBTFUL_SHOWN] if shown.is_first else []
    maybe = [item(version, lang) for version in maybe]
    if not shown.versions and not maybe:
        raise Http404("no releases then")
    context = {
        "page": site_page(
            period.name(lang), period.path, section="archive", indexable=shown.is_first
        ),
        "crumbs": _crumbs(period, lang),
        "title": period.name(lang),
        "months": _months(within, period, lang),
        "days": by_day(shown.versions, lang),
        "maybe": maybe,
        "window": shown,
    }
    return render(request, "pages/list.html", context)


def _dated_in(listed: VersionQuerySet, period: Period) -> VersionQuerySet:
    within = listed.dated_in(period.year, period.month, period.day)
    if period.day:
        # A release of which only the month is known is stored under the first of it.
        within = within.exclude(dated_precision__in=(Precision.MONTH, Precision.UNKNOWN))
    return within


def _months(within: VersionQuerySet, period: Period, lang: str) -> list[Crumb]:
    if period.month:
        return []
    days = within.dates("dated", "month")
    return _links([Period(day.year, day.month) for day in days], lang)


def _links(periods: list[Period], lang: str) -> list[Crumb]:
    return [Crumb(period.name(lang), period.path(lang)) for period in periods]


def _crumbs(period: Period, lang: str) -> list[Crumb]:
    first = Crumb(gettext("Archive by date"), path_in(lang, "archive"))
    return [first, *_links(period.parents(), lang)]
