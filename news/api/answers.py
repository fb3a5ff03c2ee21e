"""Answers of the API: JSON, open to every site's scripts, errors that say what to do."""

import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from news.caching import never_keep, public_page
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


class ApiError(Exception):
    """An answer that isn't 200. `code` is for programs, `message` for the person at the keyboard;
    `parameter` names what was wrong in the query.
    """

    def __init__(self, status: int, code: str, message: str, parameter: str = "") -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.parameter = status, code, message, parameter

    @classmethod
    def bad(cls, parameter: str, message: str) -> "ApiError":
        return cls(HTTPStatus.BAD_REQUEST, "bad_parameter", message, parameter)

    @classmethod
    def too_slow(cls, message: str) -> "ApiError":
        return cls(HTTPStatus.SERVICE_UNAVAILABLE, "too_slow", message)

    @classmethod
    def unknown(cls, message: str) -> "ApiError":
        return cls(HTTPStatus.NOT_FOUND, "not_found", message)


def limit_policy() -> str:
    """The stated limit as a structured header; empty where the settings have none."""
    limit = settings.RATE_LIMITS.get(LIMIT)
    return f'"uncached";q={limit};w={WINDOW_SECONDS}' if limit is not None else ""


def answer(data: object, status: int = HTTPStatus.OK) -> HttpResponse:
    """`data` as JSON, its Thai readable."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, content_type="application/json", status=status)


def endpoint(view: Callable) -> Callable:
    """Decorates view(request, *, at, ...): GET, HEAD and OPTIONS, the caching of pages, CORS, the
    stated limit, and errors as JSON.
    """
    page = public_page(_catching(view))

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = _dispatch(page, request, args, kwargs)
        for name, value in _OPEN.items():
            response.headers[name] = value
        if policy := limit_policy():
            response.headers["RateLimit-Policy"] = policy
        return response

    return csrf_exempt(wrapped)


def _dispatch(page: Callable, request: HttpRequest, args: tuple, kwargs: dict) -> HttpResponse:
    if request.method == "OPTIONS":
        return never_keep(HttpResponse(status=HTTPStatus.NO_CONTENT, headers=_PREFLIGHT))
    if request.method not in {"GET", "HEAD"}:
        error = ApiError(
            HTTPStatus.METHOD_NOT_ALLOWED, "read_only", "This interface only reads: use GET."
        )
        refused = _error(error)
        refused.headers["Allow"] = "GET, HEAD, OPTIONS"
        return refused
    if exceeds(LIMIT, request):
        error = ApiError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too_many_requests",
            "Too many requests within a minute. Wait for the next one, "
            "or download the monthly files under /data/.",
        )
        refused = _error(error)
        refused.headers["Retry-After"] = str(WINDOW_SECONDS)
        return refused
    return page(request, *args, **kwargs)


def _catching(view: Callable) -> Callable:
    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ApiError as error:
            return _error(error)

    return wrapped


def _error(error: ApiError) -> HttpResponse:
    told = {"code": error.code, "message": error.message}
    if error.parameter:
        told["parameter"] = error.parameter
    return never_keep(answer({"error": told}, error.status))
