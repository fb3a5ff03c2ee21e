"""Topics: all of them, and the releases of one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from news.models import Topic, Version
from news.sharing.addresses import path_in
from news.views.items import by_day
from news.views.page import Crumb, language, site_page
from news.views.paging import window
from news.views.public import public


@public
def topics(request: HttpRequest, *, at) -> HttpResponse:
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
    entries = [
        {
            "name": topic.name_in(lang),
            "description": (topic.description_th if lang == "th" else topic.description_en) or "",
            "url": path_in(lang, "topic", slug=topic.slug),
        }
        for topic in Topic.objects.all()
    ]
    return render(request, "pages/topics.html", {"page": page, "topics": entries})


@public
def topic(request: HttpRequest, slug: str, *, at) -> HttpResponse:
    """The releases of one topic, newest first."""
    lang = language()
    found = get_object_or_404(Topic, slug=slug)
    releases = Version.objects.listed(at).in_language(lang).filter(topic=found).for_list()
    shown = window(request, releases)
    description = (found.description_th if lang == "th" else found.description_en) or ""
    page = site_page(
        found.name_in(lang),
        lambda other: path_in(other, "topic", slug=slug),
        description=description,
        section="topics",
        indexable=shown.is_first,
    )
    context = {
        "page": page,
        "crumbs": [Crumb(gettext("Topics"), path_in(lang, "topics"))],
        "title": found.name_in(lang),
        "description": description,
        "days": by_day(shown.versions, lang),
        "window": shown,
    }
    return render(request, "pages/list.html", context)
