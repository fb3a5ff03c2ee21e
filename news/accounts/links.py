"""Links with which somebody chooses their own password: nobody is ever given one by another.

A link is good once, for a while, and until the next one is made for the same account. Looking at
its page does not use it up: mail scanners look at every link.
"""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from news.models import AccessLink, DeskSession

HOURS_INVITATION = 7 * 24
HOURS_RESET = 24


def make(user) -> str:
    """The address of a new link for `user`. It is nowhere kept: who doesn't note it makes another.

    An invitation, to somebody who has no password yet, lives for a week, a reset for a day.
    """
    secret = secrets.token_urlsafe(32)
    hours = HOURS_RESET if user.has_usable_password() else HOURS_INVITATION
    AccessLink.objects.update_or_create(
        user=user,
        defaults={
            "digest": _digest(secret),
            "made_at": timezone.now(),
            "expires_at": timezone.now() + timedelta(hours=hours),
        },
    )
    return settings.BASE_URL + reverse("admin:access", args=(secret,))


def find(secret: str) -> AccessLink | None:
    """The link with this secret, while it is good; None for all others."""
    return (
        AccessLink.objects.filter(
            digest=_digest(secret), expires_at__gt=timezone.now(), user__is_active=True
        )
        .select_related("user")
        .first()
    )


@transaction.atomic
def use(link: AccessLink, password: str) -> bool:
    """Give the link's user the password they chose, and end their sessions; False if somebody else
    was faster with the same link.
    """
    used, _rows = AccessLink.objects.filter(pk=link.pk, digest=link.digest).delete()
    if not used:
        return False
    link.user.set_password(password)
    link.user.save(update_fields=["password"])
    DeskSession.objects.end_all(link.user)
    return True


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
