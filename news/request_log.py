"""One structured line and one count a request, and an id that ties it to nginx's line and to what
was logged on the way.

The line has what the site did, not who asked or for what: the route instead of the address (which
may hold a preview's token or a reader's search), and neither addresses nor names.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from news.metrics import count_request

logger = logging.getLogger(__name__)

_ID = re.compile(r"[0-9a-f]{32}")


def request_id(request: HttpRequest) -> str:
    """Our proxy's id for the request, else a new one; 32 hexadecimal digits."""
    given = request.headers.get("X-Request-ID", "")
    if settings.BEHIND_PROXY and _ID.fullmatch(given):
        return given
    return uuid.uuid4().hex


class RouteForAddress(logging.Filter):
    """Puts the route in place of the address where Django names it itself: at an error, and where a
    form is refused. The address may hold the token of a preview or of a one-time link.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            route = _route(request)
            record.args = tuple(route if each == request.path else each for each in record.args)
        return True


def _route(request: HttpRequest) -> str:
    return request.resolver_match.route if request.resolver_match else ""


class RequestLogMiddleware:
    """Gives every log line of a request its id, and logs the request when it is answered.

    Pages that come from the page store never get here; nginx has a line for each of those.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id(request)):
            response = self.get_response(request)
            seconds = time.perf_counter() - began
            route = _route(request)
            logger.info(
                "request",
                extra={
                    "method": request.method,
                    "route": route,
                    "status": response.status_code,
                    "milliseconds": round(seconds * 1000, 1),
                },
            )
        count_request(
            method=request.method, route=route, status=response.status_code, seconds=seconds
        )
        return response
