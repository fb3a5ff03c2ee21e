"""Answers to requests that can't be answered: 400 and 404 in the reader's language, with a
search; at the desk 403 and 404 as screens of the desk.
"""

import sys

from django.conf import settings
from django.contrib import admin
from django.db import Error as DatabaseError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import render
from django.template import loader
from django.urls import is_valid_path
from django.utils import timezone
from django.utils.translation import gettext

from news.caching import keep_public, keep_redirect, never_keep
from news.caching.query import meaning
from news.full_disk import is_full
from news.importing import paths
from news.importing.misses import count_miss
from news.sharing.addresses import SITE_LANGUAGES
from news.views.former import former_address
from news.views.page import error_page
from news.views.public import NotThereYet

AWAY_SECONDS = 10
"""When to ask again while the database is away."""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the address makes no sense as it is written."""
    context = {"page": error_page(gettext("The address is not right"))}
    return never_keep(render(request, "pages/400.html", context, status=400))


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the address is right, whoever asks may not."""
    if _is_at_the_desk(request):
        return _at_the_desk(
            request, gettext("Not permitted"), gettext("Your account has no right to do this."), 403
        )
    context = {"page": error_page(gettext("Not permitted"))}
    return never_keep(render(request, "pages/403.html", context, status=403))


def without_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What was posted without its form's token. Outside the desk no page that has a form asks for
    one, so it was posted to a page that can only be read.
    """
    if not _is_at_the_desk(request):
        return never_keep(HttpResponseNotAllowed(["GET", "HEAD"]))
    return _at_the_desk(
        request,
        gettext("The form was not sent"),
        gettext(
            "Its page was opened before you signed in last. Go back, load it again and send it "
            "once more."
        ),
        403,
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, kept no longer than any page: what is scheduled appears on its minute. Of what is not
    there yet not at all, nor of a file of the site: while machines take new code one after the
    other, the next one may have it.
    """
    if _is_at_the_desk(request):
        return _at_the_desk(
            request,
            gettext("Page not found"),
            gettext("What was here may have been discarded or erased since."),
            404,
        )
    at = timezone.now()
    address, lacks_a_slash = request.path, _lacks_only_a_slash(request)
    meant = meaning(request.path, request.META["QUERY_STRING"])
    if request.path in paths.WITH_QUERY and request.GET.get("q"):
        address = f"{request.path}?{meant}"
    if request.method in ("GET", "HEAD"):
        # `/th?q=node/4711` is an address of the former site before it is one without its slash.
        may_be_former = not lacks_a_slash or address != request.path
        if may_be_former and (former := former_address(address, at)) is not None:
            return keep_redirect(former, at)
        if lacks_a_slash and not paths.is_former(paths.canonical(address)):
            # With what the key of its answer has of the query: a search that was typed, above all.
            # The home page has none of its own.
            asked = f"?{meant}" if meant and request.path not in paths.WITH_QUERY else ""
            return keep_redirect(HttpResponsePermanentRedirect(f"{request.path}/{asked}"), at)
        if not isinstance(exception, NotThereYet):
            count_miss(address, timezone.localdate(at))
    context = {"page": error_page(gettext("Page not found"), query=paths.words(address))}
    page = render(request, "pages/404.html", context, status=404)
    for_now = isinstance(exception, NotThereYet) or request.path.startswith(settings.STATIC_URL)
    return never_keep(page) if for_now else keep_public(page, at)


def failed(request: HttpRequest) -> HttpResponse:
    """500 in both languages, without asking the database for anything: it may be what is gone.

    Then, or where a disk is full, 503, and an editor is told what became of what they sent.
    """
    error = sys.exc_info()[1]
    full = is_full(error)
    away = full or isinstance(error, DatabaseError)
    template = "desk_unavailable.html" if away and _is_at_the_desk(request) else "500.html"
    page = loader.get_template(template).render({"full": full})
    response = HttpResponse(page, status=503 if away else 500)
    if away:
        response.headers["Retry-After"] = str(AWAY_SECONDS)
    return never_keep(response)


def _is_at_the_desk(request: HttpRequest) -> bool:
    return request.path_info.startswith("/admin/")


def _at_the_desk(request: HttpRequest, title: str, why: str, status: int) -> HttpResponse:
    context = admin.site.each_context(request) | {"title": title, "why": why}
    return never_keep(render(request, "admin/refused.html", context, status=status))


def _lacks_only_a_slash(request: HttpRequest) -> bool:
    first = request.path_info.split("/", 2)[1:2]
    return (
        request.method in ("GET", "HEAD")
        and first != []
        and first[0] in SITE_LANGUAGES
        # No page has a dot in its last part; files have, and never a slash behind it.
        and "." not in (last := request.path_info.rpartition("/")[2])
        and last != ""
        and is_valid_path(f"{request.path_info}/")
    )
