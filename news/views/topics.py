"""Topics and series: all of them, and the releases of one."""

from datetime import datetime

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from news.models import Series, SeriesPart, Topic, Version
from news.querysets import VersionQuerySet
from news.sharing.addresses import path_in
from news.views.items import by_day
from news.views.page import Crumb, language, site_page
from news.views.paging import window
from news.views.public import public


@public
def topics(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """All topics, and all series that have a release in this language."""
    lang = language()
    page = site_page(
        gettext("Topics"),
        lambda other: path_in(other, "topics"),
        description=gettext(
            "The subjects that press releases of the Office of the Civil Service Commission, "
            "Thailand, are about."
        ),
        section="topics",
    )
    listed = Version.objects.listed(at).in_language(lang)
    is_listed = Exists(listed.filter(release=OuterRef("release")))
    parts = SeriesPart.objects.filter(is_listed, series=OuterRef("pk"))
    context = {
        "page": page,
        "topics": [_heading(topic, "topic", lang) for topic in Topic.objects.all()],
        "series": [_heading(each, "series", lang) for each in Series.objects.filter(Exists(parts))],
    }
    return render(request, "pages/topics.html", context)


@public
def topic(request: HttpRequest, slug: str, *, at: datetime) -> HttpResponse:
    """The releases of one topic, newest first."""
    found = get_object_or_404(Topic, slug=slug)
    return _list(request, found, "topic", Version.objects.listed(at).filter(topic=found))


@public
def series(request: HttpRequest, slug: str, *, at: datetime) -> HttpResponse:
    """The releases of one series, newest first."""
    found = get_object_or_404(Series, slug=slug)
    parts = SeriesPart.objects.filter(series=found).values("release")
    return _list(request, found, "series", Version.objects.listed(at).filter(release__in=parts))


def _list(
    request: HttpRequest, found: Topic | Series, name: str, listed: VersionQuerySet
) -> HttpResponse:
    """`name` is that of the page's address."""
    lang = language()
    shown = window(request, listed.in_language(lang).for_list())
    heading = _heading(found, name, lang)
    page = site_page(
        heading["name"],
        lambda other: path_in(other, name, slug=found.slug),
        description=heading["description"],
        section="topics",
        indexable=shown.is_first,
    )
    context = {
        "page": page,
        "crumbs": [Crumb(gettext("Topics"), path_in(lang, "topics"))],
        "title": heading["name"],
        "description": heading["description"],
        "days": by_day(shown.versions, lang),
        "window": shown,
    }
    return render(request, "pages/list.html", context)


def _heading(of: Topic | Series, name: str, lang: str) -> dict[str, str]:
    return {
        "name": of.name_in(lang),
        "description": (of.description_th if lang == "th" else of.description_en) or "",
        "url": path_in(lang, name, slug=of.slug),
    }
