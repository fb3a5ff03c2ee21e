"""What the application says of a file whose bytes nginx hands out (`X-Accel-Redirect`).

nginx passes a `Cache-Control` on with whatever it answers in the file's place: that the file is
lost, or lacks the part that is asked for. So how long the file is kept is said under a name of its
own, which nginx's configuration gives to the file alone.
"""

from collections.abc import Callable
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from news.caching import KEPT_BY_NGINX
from news.parts import part_in
from news.storage import stored_size

ASKED_PART = "X-Accel-Range"
"""The request's `Range`, by nginx, which asks for the whole of what it may keep."""


class ByNginxMiddleware:
    """Say how long a file is kept where nginx looks for it.

    nginx finds out that a file lacks the part when it has said all of the file: so where that may
    be, nothing is to be kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "X-Accel-Redirect" in response.headers:
            kept = response.headers.get("Cache-Control", "no-store")
            del response.headers["Cache-Control"]
            part = request.headers.get(ASKED_PART, "")
            address = response.headers["X-Accel-Redirect"]
            name = unquote(address.removeprefix(settings.MEDIA_ACCEL_REDIRECT))
            is_there = not part or part_in(stored_size(name), part)
            response.headers[KEPT_BY_NGINX] = kept if is_there else "no-store"
        return response
