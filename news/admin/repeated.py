"""A form that is sent twice: a second click, or a browser that was stopped and sends it again.

Each form carries a key of its own (`autosaves.KEY`). What was saved under which is remembered in
the session, so a new release is made once, and what was sent already is not held against its sender
as somebody else's change.
"""

import hashlib
import json
from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.http import HttpRequest

from news.admin.autosaves import KEY
from news.models import PressRelease

_REMEMBERED = "desk_sent"
_MOST = 20
_OF_THE_CLICK = frozenset({"csrfmiddlewaretoken", "_save", "_preview", "_publish", "_submit"})


class Sent(NamedTuple):
    """What was saved under a form's key: which release, its revision then, and what was sent."""

    release: int
    revision: int
    digest: str


def sent_before(request: HttpRequest) -> Sent | None:
    """What this POST's form has saved already. Inside a transaction, which one person's next one
    waits for: of two clicks the second comes second.
    """
    people = get_user_model().objects.select_for_update(no_key=True)
    people.filter(pk=request.user.pk).values("pk").get()
    # Read anew: this request's own was read before the first click was done.
    session = type(request.session)(request.session.session_key).load()
    found = session.get(_REMEMBERED, {}).get(request.POST.get(KEY, ""))
    return Sent(*found) if found else None


def is_again(request: HttpRequest, sent: Sent, release: PressRelease) -> bool:
    """Whether this POST says what was saved, and nobody has saved anything since."""
    unchanged = (sent.release, sent.revision) == (release.pk, release.revision)
    return unchanged and not request.FILES and sent.digest == _digest(request)


def remember(request: HttpRequest, release: PressRelease) -> None:
    """Note, with the release itself, that this POST's form saved it."""
    key = request.POST.get(KEY, "")
    if key:
        sent = Sent(release.pk, release.revision, _digest(request))
        known = request.session.get(_REMEMBERED, {}) | {key: sent}
        request.session[_REMEMBERED] = dict(list(known.items())[-_MOST:])
        request.session.save()


def _digest(request: HttpRequest) -> str:
    said = sorted((name, held) for name, held in request.POST.lists() if name not in _OF_THE_CLICK)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
