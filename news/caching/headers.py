"""What an answer says of how long it may be kept, and the validator that it is known by."""

import hashlib
import re
from datetime import datetime
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.cache import get_conditional_response

from news.caching.epoch import Moment, reader
from news.caching.query import meaning

PAGE = "public, max-age=0, s-maxage=5, stale-while-revalidate=2, stale-if-error=86400"
"""Browsers ask again each time. A shared cache keeps a page a moment, hands out the old one while
it fetches anew, and for a day while the site is down. Seconds; with the one that the epoch may be
old and the one that caches round up, a publication is seen everywhere within ten
(docs/decisions/0010).
"""
REDIRECT = "public, max-age=300"
KEPT_BY_NGINX = "X-Accel-Cache-Control"
"""The name of `Cache-Control` in an answer that leaves the file to nginx (news/by_nginx.py)."""

_OF_THIS_READER = {
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
}
_SECONDS = re.compile(r"\b(s-maxage|max-age|stale-while-revalidate)=([0-9]+)")


def until_boundary(lifetime: str, seconds_left: float) -> str:
    """`lifetime`, a Cache-Control, cut so that nothing fresh lasts past a boundary that is
    `seconds_left` away (infinite: none is known). Handing out the old answer while fetching anew
    counts as fresh; handing it out because the site is down does not.
    """
    given = {name: int(seconds) for name, seconds in _SECONDS.findall(lifetime)}
    cut = {name: int(min(seconds, seconds_left)) for name, seconds in given.items()}
    if "stale-while-revalidate" in cut:
        kept = cut.get("s-maxage", cut.get("max-age", 0))
        cut["stale-while-revalidate"] = int(
            min(given["stale-while-revalidate"], seconds_left - kept)
        )
    return _SECONDS.sub(lambda match: f"{match[1]}={cut[match[1]]}", lifetime)


def is_of_this_reader(response: HttpResponse) -> bool:
    """Whether it says that what is asked for is not as this reader has it (`If-Match`), or lacks
    the part that is wanted (`Range`).
    """
    return response.status_code in _OF_THIS_READER


def keep_public(response: HttpResponse, at: datetime) -> HttpResponse:
    """Let shared caches keep `response`, rendered at `at`, never past the next boundary. But for
    what is said to one reader alone.
    """
    if is_of_this_reader(response):
        return never_keep(response)
    response.headers["Cache-Control"] = until_boundary(PAGE, _seconds_left(at))
    return response


def keep_redirect(response: HttpResponse, at: datetime) -> HttpResponse:
    """The same for a permanent redirect."""
    response.headers["Cache-Control"] = until_boundary(REDIRECT, _seconds_left(at))
    return response


def _seconds_left(at: datetime) -> float:
    """From now to the first boundary after `at`: an answer may have taken its time since."""
    return reader.current(at).seconds_left(timezone.now())


def never_keep(response: HttpResponse) -> HttpResponse:
    """For the desk, previews, short links, and media that nobody may see."""
    response.headers["Cache-Control"] = "no-store"
    return response


def stand_in(response: HttpResponse) -> HttpResponse:
    """An old answer while the site can make none: it may be back in a second. But for 412, as of a
    new one.
    """
    if is_of_this_reader(response):
        return never_keep(response)
    response.headers["Cache-Control"] = until_boundary(PAGE, 1)
    return response


def take_the_place(response: HttpResponse) -> HttpResponse:
    """Kept nowhere, but for a moment by the web server: in place of a file that it may have from
    when it could be seen, and would hand out when this site is down.
    """
    # The first of the two: nginx before 1.23 goes by their order.
    response.headers["X-Accel-Expires"] = "1"
    return never_keep(response)


def validator(request: HttpRequest, moment: Moment) -> str:
    """A weak ETag for an answer that depends on its address and the epoch alone.

    Known before the page is made, so that a reader who has it is told so for the price of a hash.
    """
    parts = (settings.BUILD_ID, moment.key, request.get_host(), request.get_full_path())
    return f'W/"{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'


def public_page(view):
    """Decorates view(request, *, at, ...): fixes `at` once, answers 304, sets the caching headers.

    The view sees of the query what the page's key holds (`news.caching.query`), and no more. An
    answer that already says how it is kept is left alone; a redirect is kept as a redirect.
    """

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        at = timezone.now()
        _hide_what_means_nothing(request)
        # Read before any content, so that the key can be too old but never too new.
        etag = validator(request, reader.current(at))
        if known := get_conditional_response(request, etag=etag):
            known.headers["ETag"] = etag
            return keep_public(known, at)
        response = view(request, *args, at=at, **kwargs)
        if "Cache-Control" in response.headers:
            return response
        if response.status_code == 301:
            return keep_redirect(response, at)
        if response.status_code == 200:
            response.headers.setdefault("ETag", etag)
        return keep_public(response, at)

    return wrapped


def _hide_what_means_nothing(request: HttpRequest) -> None:
    asked = request.META.get("QUERY_STRING", "")
    meant = meaning(request.path_info, asked)
    if meant != asked:
        request.META["QUERY_STRING"] = meant
        request.GET = QueryDict(meant)
