"""`/healthz`: the process answers. `/readyz`: may it be sent readers?"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from news import patience, schema, sources
from news.caching import never_keep, reader

DATABASE = "database"
REDIS = "redis"
REPLICA = sources.REPLICA
CLOCK = "clock"
DEPENDENCIES = (DATABASE, REPLICA, REDIS, CLOCK)

MOST_SKEW_SECONDS = 2
"""A machine whose clock is this far from its database's shows a schedule early or late."""

MOST_LAG_SECONDS = 10
"""A replica further behind than this is told as lost. It is not read as soon as it lags at all."""


class State(StrEnum):
    STARTING = "starting"
    """The database was never reached: nothing was kept that could be served without it."""
    UNMIGRATED = "unmigrated"
    READY = "ready"
    DRAINING = "draining"
    """Somebody is about to stop it (`OCSC_DRAIN_FILE` exists); what is asked is still answered."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What this process is good for. `degraded` names the dependencies that are lost."""

    state: State
    degraded: tuple[str, ...]
    replica_lag_seconds: float | None = None
    clock_skew_seconds: float | None = None
    """How far this machine's clock is ahead of the database's."""

    @property
    def ready(self) -> bool:
        return self.state is State.READY


# Migrations never become unapplied under a running process, so a yes is final.
_migrated = False


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    return never_keep(HttpResponse("ok\n", content_type="text/plain"))


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """503 while starting, draining or unmigrated. A lost database or Redis is 200, named in
    `degraded`: kept pages are served without them, and sending readers elsewhere would help nobody.
    """
    found = standing()
    told = {"ready": found.ready, "state": found.state, "degraded": list(found.degraded)}
    if sources.has_replica():
        told["replica"] = {"lag_seconds": found.replica_lag_seconds}
    return never_keep(JsonResponse(told, status=200 if found.ready else 503))


def standing() -> Standing:
    """Found out in seconds, whatever is lost: who asks does not wait long."""
    with patience.at_most(patience.PROBE_SECONDS):
        return _standing()


def _standing() -> Standing:
    degraded = []
    state = State.READY
    try:
        if not _is_migrated():
            state = State.UNMIGRATED
    except Error:
        degraded.append(DATABASE)
        # Who has read the epoch has had a whole database, and may have pages of it.
        if not (_migrated or reader.has_read):
            state = State.STARTING
    skew = None if DATABASE in degraded else _clock_skew()
    if skew is not None and abs(skew) > MOST_SKEW_SECONDS:
        degraded.append(CLOCK)
    lag = None
    if sources.has_replica():
        lag = sources.lag_seconds()
        # With the primary gone, a record that never came whole looks like a lag, and grows older.
        if lag is None or (lag > MOST_LAG_SECONDS and DATABASE not in degraded):
            degraded.append(REPLICA)
    if settings.REDIS_URL and not _redis_answers():
        degraded.append(REDIS)
    if settings.DRAIN_FILE and Path(settings.DRAIN_FILE).exists():
        state = State.DRAINING
    return Standing(state, tuple(degraded), lag, skew)


def _is_migrated() -> bool:
    global _migrated  # noqa: PLW0603
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if not _migrated:
        _migrated = schema.is_current()
    return _migrated


def _clock_skew() -> float | None:
    """Seconds; None where the database is a file and so has this machine's clock."""
    if connection.vendor != "postgresql":
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (there,) = cursor.fetchone()
    except Error:
        return None
    return (timezone.now() - there).total_seconds()


def _redis_answers() -> bool:
    try:
        cache.get("readyz")
    except Exception:  # noqa: BLE001 -- whatever it is, Redis is not there
        return False
    return True
