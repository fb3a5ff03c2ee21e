"""What every public page has in common: GET and HEAD only, one moment, caching headers, no
cookies.
"""

from functools import wraps

from django.http import Http404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from news.caching import never_keep, public_page


class NotThereYet(Http404):
    """What may be there in a moment, without a change of the record: no cache keeps the answer."""


def public(view):
    """Decorates view(request, *, at, ...), where `at` is the one moment that its queries ask about.

    Nothing can be posted here, so a POST is answered 405 rather than by a CSRF page that talks of
    cookies nobody was given.
    """
    return csrf_exempt(require_safe(public_page(view)))


def public_and_unkept(view):
    """The same for what is counted: its view sees the whole query, and nobody keeps its answer
    unless it says so itself.
    """

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, at=timezone.now(), **kwargs)
        return response if "Cache-Control" in response.headers else never_keep(response)

    return csrf_exempt(require_safe(wrapped))
