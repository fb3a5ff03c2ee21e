"""When a session ends: after a while without a sign of life, after a day's work in any case, with
the password, and when its owner says so everywhere.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from news.models import DeskSession

BEGAN, SEEN = "desk_began", "desk_seen"
WRITE_SECONDS = 60
"""A sign of life is written this often at most: not every look at a page is a write."""


class Ended(StrEnum):
    IDLE = "idle"
    LONG = "long"


def begin(request: HttpRequest) -> None:
    """Signing in starts both clocks, and takes away what has run out, whosever it was."""
    DeskSession.objects.filter(expire_date__lte=timezone.now()).delete()
    request.session[BEGAN] = request.session[SEEN] = _now()


def look(request: HttpRequest) -> Ended | None:
    """Why the session of a signed-in user is over; None, and a sign of life, while it isn't."""
    now = _now()
    began, seen = request.session.get(BEGAN, 0), request.session.get(SEEN, 0)
    if now - began >= settings.DESK_SESSION_HOURS * 3600:
        return Ended.LONG
    if now - seen >= settings.DESK_SESSION_IDLE_MINUTES * 60:
        return Ended.IDLE
    if now - seen >= WRITE_SECONDS:
        request.session[SEEN] = now
    return None


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere an account is signed in."""

    began: datetime
    seen: datetime
    is_here: bool


def places(request: HttpRequest) -> list[Place]:
    """Where the user of `request` is signed in, the last seen first."""
    found = []
    for session in DeskSession.objects.of(request.user):
        values = session.get_decoded()
        if values.get(BEGAN):
            found.append(
                Place(
                    began=_moment(values[BEGAN]),
                    seen=_moment(values[SEEN]),
                    is_here=session.session_key == request.session.session_key,
                )
            )
    return sorted(found, key=lambda place: place.seen, reverse=True)


def _now() -> int:
    return int(timezone.now().timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
