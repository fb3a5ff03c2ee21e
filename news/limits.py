"""How often one reader may ask for what is dear: counted in the cache, for all processes together.

Behind a proxy the reader is who the proxy says (`OCSC_BEHIND_PROXY`); what readers say of
themselves counts for nothing. Addresses are kept as keyed hashes, for the length of a window. Where
the cache is gone nobody is refused: a site without Redis is slower, not closed.
"""

import hashlib
import hmac
import ipaddress
import logging
import time
from functools import wraps

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from news.caching import never_keep
from news.metrics import REFUSED, UNCOUNTED

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 60


def reader_address(request: HttpRequest) -> str:
    """The address that the connection comes from; behind our proxy, the one it saw.

    Of `X-Forwarded-For` the last entry is our proxy's; those before it were sent by the reader.
    """
    direct = request.META.get("REMOTE_ADDR", "")
    if not settings.BEHIND_PROXY:
        return direct
    return request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or direct


def network_of(address: str) -> str:
    """Whom an address counts as: an IPv6 customer has at least a /64 of them, and can use a new one
    each time.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 6:
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def rate_limited(name: str):
    """Decorates a view: 429 once a reader has asked `settings.RATE_LIMITS[name]` times a minute.

    A name without a limit there is not limited.
    """

    def decorate(view):
        @wraps(view)
        def wrapped(request, *args, **kwargs):
            if exceeds(name, request):
                return refusal()
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


def exceeds(name: str, request: HttpRequest) -> bool:
    """Count the request; whether its reader has asked more often than `name` allows a minute."""
    limit = settings.RATE_LIMITS.get(name)
    if limit is None or _count(name, network_of(reader_address(request))) <= limit:
        return False
    REFUSED.labels(name).inc()
    return True


def _count(name: str, reader: str) -> int:
    """How many times `reader` has asked within this window, this time included."""
    window = int(time.time() // WINDOW_SECONDS)
    digest = hmac.new(
        settings.SECRET_KEY.encode(), f"{window}:{reader}".encode(), hashlib.sha256
    ).hexdigest()[:32]
    key = f"limit:{name}:{digest}"
    try:
        cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
        return cache.incr(key)
    except Exception:  # noqa: BLE001 -- whatever the cache raises, readers are not refused for it
        UNCOUNTED.inc()
        logger.warning("the limit on %s could not be counted", name)
        return 0


def refusal() -> HttpResponse:
    """429 in the language of the page, with the seconds until the next window."""
    left = WINDOW_SECONDS - int(time.time()) % WINDOW_SECONDS
    text = gettext("Too many requests. Please try again in a minute.")
    response = HttpResponse(f"{text}\n", status=429, content_type="text/plain; charset=utf-8")
    response.headers["Retry-After"] = str(left)
    return never_keep(response)
