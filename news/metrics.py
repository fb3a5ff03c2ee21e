"""The figures that this process counts for Prometheus; `news.views.figures` hands them out.

Under gunicorn each worker writes its own into files of `PROMETHEUS_MULTIPROC_DIR`, which
`deploy/gunicorn.conf.py` sets, and whichever worker is asked adds all of them up. No label holds
anything a reader made up: their number would have no bound.
"""

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})

REQUEST_SECONDS = Histogram(
    "ocsc_request_seconds",
    "Time that Django took for a request, by the route that answered it.",
    ["route"],
    buckets=_SECONDS,
)
REQUESTS = Counter(
    "ocsc_requests",
    "Requests that Django answered; those from the page store never get to it.",
    ["method", "route", "status"],
)
PAGES = Counter(
    "ocsc_pages",
    "Requests by what the page store did: hit, renewed (kept on in a new epoch), "
    "miss, stale (no answer could be made), passed.",
    ["answer"],
)
PAGE_STORE_BYTES = Gauge(
    "ocsc_page_store_bytes",
    "Memory of the finished pages of all workers.",
    multiprocess_mode="livesum",
)
SLOW_QUERIES = Counter(
    "ocsc_slow_queries", "Statements that took longer than OCSC_SLOW_QUERY_MS.", ["database"]
)
REFUSED = Counter("ocsc_refused", "Requests that a limit refused, by the limit's name.", ["limit"])
UNCOUNTED = Counter(
    "ocsc_uncounted", "Requests that were let through because the limits could not be counted."
)


def count_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answer of Django. `route` is the URL pattern, empty where none matched."""
    REQUESTS.labels(method if method in _METHODS else "other", route, str(status)).inc()
    REQUEST_SECONDS.labels(route).observe(seconds)
