"""What every address of the API has in common: methods, the stated limit, which parameters it
takes, CORS, caching, and errors as JSON.
"""

from collections.abc import Callable
from difflib import get_close_matches
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from news.api.answers import ApiError, refusal
from news.caching import never_keep, public_page
from news.caching.query import means_nothing
from news.limits import WINDOW_SECONDS, exceeds

LIMIT = "api"
"""The limit's name in `settings.RATE_LIMITS`: it counts answers that had to be made, not those
that came from memory.
"""

_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, RateLimit-Policy, Retry-After",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
}


def limit_policy() -> str:
    """The stated limit as a structured header; empty where the settings have none."""
    limit = settings.RATE_LIMITS.get(LIMIT)
    return f'"uncached";q={limit};w={WINDOW_SECONDS}' if limit is not None else ""


def opened(response: HttpResponse) -> HttpResponse:
    """`response`, for scripts of other sites too and with the stated limit."""
    for name, value in _OPEN.items():
        response.headers[name] = value
    if policy := limit_policy():
        response.headers["RateLimit-Policy"] = policy
    return response


def endpoint(*parameters: str, refuses_others: bool = True) -> Callable:
    """Decorates view(request, *, at, ...), which takes these parameters of the query. Any other is
    refused, but for those of trackers; so is one that is given twice.
    """
    known = parameters if refuses_others else None

    def decorate(view: Callable) -> Callable:
        page = public_page(_catching(view))

        @wraps(view)
        def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            response = _dispatch(page, known, request, args, kwargs)
            return opened(response)

        return csrf_exempt(wrapped)

    return decorate


def _dispatch(
    page: Callable, known: tuple[str, ...] | None, request: HttpRequest, args: tuple, kwargs: dict
) -> HttpResponse:
    if request.method == "OPTIONS":
        return never_keep(HttpResponse(status=HTTPStatus.NO_CONTENT, headers=_PREFLIGHT))
    if request.method not in {"GET", "HEAD"}:
        error = ApiError(
            HTTPStatus.METHOD_NOT_ALLOWED, "read_only", "This interface only reads: use GET."
        )
        refused = refusal(error)
        refused.headers["Allow"] = "GET, HEAD, OPTIONS"
        return refused
    if exceeds(LIMIT, request):
        error = ApiError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too_many_requests",
            "Too many requests within a minute. Wait for the next one, "
            "or download the monthly files under /data/.",
        )
        refused = refusal(error)
        refused.headers["Retry-After"] = str(WINDOW_SECONDS)
        return refused
    if known is not None and (error := _misunderstood(request, known)) is not None:
        return refusal(error)
    return page(request, *args, **kwargs)


def _misunderstood(request: HttpRequest, known: tuple[str, ...]) -> ApiError | None:
    """What is wrong with the names in the query, before anything is made of their values."""
    for name, values in request.GET.lists():
        if means_nothing(name):
            continue
        if name not in known:
            return ApiError.unknown_parameter(name, _nearest(name, known), known)
        if len(values) > 1:
            return ApiError.bad(name, f"{name} is given {len(values)} times; give it once.")
    return None


def _nearest(name: str, known: tuple[str, ...]) -> str:
    """The parameter that was probably meant; empty where none is near."""
    return next(iter(get_close_matches(name.lower()[:40], known, n=1, cutoff=0.55)), "")


def _catching(view: Callable) -> Callable:
    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ApiError as error:
            return refusal(error)

    return wrapped
