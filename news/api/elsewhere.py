"""Addresses at which nothing is, and those that lack only their last slash."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import resolve
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from news.api.answers import ApiError
from news.api.endpoints import endpoint, opened
from news.caching import keep_redirect, never_keep
from news.caching.query import is_for_the_view, meaning


@csrf_exempt
def elsewhere(request: HttpRequest) -> HttpResponse:
    """301 to the address with a slash, and what is asked for there; else 404 in JSON."""
    path, asked = request.path_info, request.META.get("QUERY_STRING", "")
    if request.method not in ("GET", "HEAD") or not _lacks_only_a_slash(path):
        return _unknown(request)
    # A mistyped parameter goes along, to be refused by name there.
    is_odd = is_for_the_view(path, asked)
    query = asked if is_odd else meaning(path, asked)
    response = opened(HttpResponsePermanentRedirect(f"{path}/?{query}" if query else f"{path}/"))
    return never_keep(response) if is_odd else keep_redirect(response, timezone.now())


def _lacks_only_a_slash(path: str) -> bool:
    return not path.endswith("/") and resolve(f"{path}/").func is not elsewhere


@endpoint(refuses_others=False)
def _unknown(request: HttpRequest, *, at: datetime) -> HttpResponse:
    raise ApiError.unknown("Nothing is at this address. /api/docs describes what there is.")
