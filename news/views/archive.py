"""The archive by the releases' own days: all its years and months, one of them, a fiscal year."""

from datetime import datetime

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.translation import gettext

from news import counting
from news.models import Precision, Version
from news.querysets import VersionQuerySet
from news.sharing.addresses import SITE_LANGUAGES, path_in
from news.thai.dates import YearRefused, read_year
from news.views import parameters
from news.views.items import Item, by_day, item
from news.views.page import Crumb, language, site_page
from news.views.paging import Span, window
from news.views.periods import (
    FiscalYear,
    Link,
    Period,
    day_links,
    fiscal_links,
    month_links,
    within,
    year_links,
)
from news.views.public import public

DOUBTFUL_SHOWN = 20


@public
def archive(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """The years and months that have releases in this language, or, with `?fiscal=`, the releases
    of one fiscal year.
    """
    lang = language()
    if asked := parameters.text(request, "fiscal", limit=4):
        return _fiscal_year(request, asked, lang, at)
    counts = counting.months(lang, at)
    context = {
        "page": site_page(
            gettext("Archive by date"),
            lambda other: path_in(other, "archive"),
            description=gettext(
                "All press releases of the Office of the Civil Service Commission, Thailand, by "
                "year, month and day, and by fiscal year."
            ),
            section="archive",
        ),
        "years": year_links(counts, lang),
        "fiscal_years": fiscal_links(counts, lang),
    }
    return render(request, "pages/archive.html", context)


def _described(period: str) -> str:
    """What search engines say under the title of a list of `period`, named as in the list."""
    return gettext(
        "Press releases of the Office of the Civil Service Commission, Thailand: %(period)s."
    ) % {"period": period}


def _fiscal_year(request: HttpRequest, asked: str, lang: str, at: datetime) -> HttpResponse:
    """A Buddhist-era year leads to its Common-era address, as in the archive's paths."""
    try:
        common = read_year(asked).to_common().number
    except YearRefused as error:
        raise BadRequest("fiscal is not a year") from error
    fiscal = FiscalYear(common)
    if asked != str(common):
        return HttpResponsePermanentRedirect(fiscal.path(lang))
    span = fiscal.span()
    listed = Version.objects.listed(at).in_language(lang).for_list()
    shown = window(request, listed, span=span, keep=fiscal.query)
    languages = _languages(span, at, {lang} if shown.versions else set())
    context = {
        "page": site_page(
            fiscal.name(lang),
            fiscal.path,
            description=_described(fiscal.name(lang)),
            section="archive",
            indexable=shown.is_first,
            languages=languages,
        ),
        "crumbs": [_first_crumb(lang)],
        "title": fiscal.name(lang),
        "description": fiscal.description(lang),
        "periods": month_links(within(counting.months(lang, at), span), lang, with_year=True),
        "days": by_day(shown.versions, lang),
        "window": shown,
        **_elsewhere(fiscal, languages, lang),
    }
    return render(request, "pages/list.html", context)


@public
def archive_period(
    request: HttpRequest,
    year: int,
    month: int | None = None,
    day: int | None = None,
    *,
    at: datetime,
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
    try:
        span = period.span()
    except ValueError as error:
        raise Http404("no such day") from error
    listed = Version.objects.listed(at).in_language(lang).for_list()
    shown = window(request, _known_to(listed, period), span=span)
    maybe = _maybe(listed, period, lang) if shown.is_first else []
    languages = _languages(span, at, {lang} if shown.versions or maybe else set())
    context = {
        "page": site_page(
            period.name(lang),
            period.path,
            description=_described(period.name(lang)),
            section="archive",
            indexable=shown.is_first,
            languages=languages,
        ),
        "crumbs": _crumbs(period, lang),
        "title": period.title(lang),
        "periods": _parts(period, lang, at) if shown.versions else (),
        "days": by_day(shown.versions, lang),
        "maybe": maybe,
        "window": shown,
        **_elsewhere(period, languages, lang),
    }
    return render(request, "pages/list.html", context)


def _languages(span: Span, at: datetime, shown: set[str]) -> tuple[str, ...]:
    """The languages with releases from those days; `shown` are known to have some.

    Raises Http404 where there are none: a period is unknown only where it is so in both languages.
    """
    counted = {
        lang
        for lang in SITE_LANGUAGES
        if lang not in shown and counting.is_any(lang, span.start, span.end, at)
    }
    languages = tuple(lang for lang in SITE_LANGUAGES if lang in shown | counted)
    if not languages:
        raise Http404("no releases then")
    return languages


def _elsewhere(
    period: Period | FiscalYear, languages: tuple[str, ...], lang: str
) -> dict[str, str]:
    """The language that alone has releases then, with the address of its page."""
    if lang in languages:
        return {}
    return {"elsewhere": languages[0], "elsewhere_url": period.path(languages[0])}


def _known_to(listed: VersionQuerySet, period: Period) -> VersionQuerySet:
    if not period.day:
        return listed
    # A release of which only the month is known is stored under the first of it.
    return listed.exclude(dated_precision__in=(Precision.MONTH, Precision.UNKNOWN))


def _maybe(listed: VersionQuerySet, period: Period, lang: str) -> list[Item]:
    doubtful = listed.other_reading_in(period.year, period.month, period.day)
    return [item(version, lang) for version in doubtful.newest_first()[:DOUBTFUL_SHOWN]]


def _parts(period: Period, lang: str, at: datetime) -> tuple[Link, ...]:
    """The months of a year or the days of a month; a day has none."""
    year, month = period.year, period.month
    if period.day:
        return ()
    if month:
        return day_links(year, month, counting.days(lang, year, month, at), lang)
    months = within(counting.months(lang, at), period.span())
    return month_links(months, lang, with_year=False)


def _crumbs(period: Period, lang: str) -> list[Crumb]:
    parents = [Crumb(parent.name(lang), parent.path(lang)) for parent in period.parents()]
    return [_first_crumb(lang), *parents]


def _first_crumb(lang: str) -> Crumb:
    return Crumb(gettext("Archive by date"), path_in(lang, "archive"))
