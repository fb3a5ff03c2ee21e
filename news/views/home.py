"""The home page of each language, and `/`, which leads to one of them."""

from datetime import datetime

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.utils.translation.trans_real import parse_accept_lang_header

from news.caching import never_keep
from news.importing.paths import canonical, is_former
from news.models import Topic, Version
from news.sharing.addresses import SITE_LANGUAGES, path_in
from news.views import parameters
from news.views.former import former_address
from news.views.items import by_day, card, topic_link
from news.views.page import language, site_page
from news.views.public import public

CARDS = 3
ROWS = 8


@public
def home(request: HttpRequest, *, at) -> HttpResponse:
    """The latest releases that have a text in this language, and the topics.

    The former site had its languages too: `/th/?q=node/...` leads where `/?q=node/...` does. Any
    other `q` is no question that this page answers.
    """
    legacy = _former(request, at)
    if legacy is not None:
        return legacy
    if is_former(canonical(f"?{request.META['QUERY_STRING']}")):
        raise Http404("no release at this former address")
    parameters.page_number(request, last=1)
    lang = language()
    found = Version.objects.listed(at).dated_by().in_language(lang)
    latest = list(found.for_list().newest_first()[: 1 + CARDS + ROWS])
    page = site_page(
        gettext("Press releases"),
        lambda other: path_in(other, "home"),
        description=gettext(
            "News and announcements of the Office of the Civil Service Commission, Thailand, "
            "in Thai and English."
        ),
        section="home",
    )
    context = {
        "page": page,
        "lead": card(latest[0], lang) if latest else None,
        "cards": tuple(card(version, lang) for version in latest[1 : 1 + CARDS]),
        "days": by_day(latest[1 + CARDS :], lang),
        "topics": tuple(topic_link(topic, lang) for topic in Topic.objects.all()),
    }
    return render(request, "pages/home.html", context)


@public
def root(request: HttpRequest, *, at) -> HttpResponse:
    """`/?q=node/...` of the former site leads to its release; `/` to the reader's language."""
    if (found := _former(request, at)) is not None:
        return found
    if request.GET.get("q", "").strip():
        raise Http404("no release at this former address")
    preferred = preferred_language(request.headers.get("Accept-Language", ""))
    response = HttpResponseRedirect(path_in(preferred, "home"))
    patch_vary_headers(response, ["Accept-Language"])
    # A shared cache would keep one copy for each spelling of the header: cheaper to answer anew.
    return never_keep(response)


def _former(request: HttpRequest, at: datetime) -> HttpResponse | None:
    """301 to the release that `q` is a former address of; None where it is none, whatever it is:
    nobody typed it here, and a link that was cut or written in Windows-874 is still one.
    """
    if not request.GET.get("q", "").strip():
        return None
    return former_address(f"?{request.META['QUERY_STRING']}", at)


def preferred_language(header: str) -> str:
    """The first of the site's languages that Accept-Language names, by its weights; else Thai."""
    for name, _weight in parse_accept_lang_header(header.lower()):
        primary = name.partition("-")[0]
        if primary in SITE_LANGUAGES:
            return primary
    return "th"
