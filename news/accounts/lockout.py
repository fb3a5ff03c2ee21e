"""How often signing in may fail: for one account from one address, and for one address altogether.

A person gets few tries; an office of two hundred behind one address gets many more, so that one who
has forgotten a password keeps nobody else out. Whether the account exists makes no difference to
anything here. A try is counted before its password is looked at: a hundred at once are a hundred.

Addresses and names are kept as keyed hashes, until the failures are forgotten.
"""

import hashlib
import hmac
import unicodedata
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from news.limits import network_of
from news.models import LoginFailures


class Locked(Exception):
    """Too many failures; `until` is the moment from which another try is looked at."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"locked until {until:%H:%M:%S}")
        self.until = until


def take(name: str, address: str) -> None:
    """Count a try to sign in as `name` from `address`. Raises Locked if there were too many."""
    at = timezone.now()
    LoginFailures.objects.filter(until__lte=at).delete()
    with transaction.atomic():
        rows = [(_row(key, at), limit) for key, limit in _limits(name, address)]
        full = [row.until for row, limit in rows if row.count >= limit]
        if not full:
            for row, limit in rows:
                row.count += 1
                if row.count >= limit:
                    row.until = at + _window()
                row.save()
    if full:
        raise Locked(max(full))


def locked_until(name: str, address: str) -> datetime | None:
    """Until when the next try will be refused; None if it won't."""
    limits = dict(_limits(name, address))
    rows = LoginFailures.objects.filter(pk__in=limits, until__gt=timezone.now())
    return max((row.until for row in rows if row.count >= limits[row.pk]), default=None)


def forgive(name: str, address: str) -> None:
    """The try was a good one: forget the account's failures there, and count it off the address."""
    (account, _), (everybody, _) = _limits(name, address)
    LoginFailures.objects.filter(pk=account).delete()
    LoginFailures.objects.filter(pk=everybody, count__gt=0).update(count=F("count") - 1)


def _window() -> timedelta:
    return timedelta(minutes=settings.LOGIN_FAILURES["minutes"])


def _row(key: str, at: datetime) -> LoginFailures:
    row, _made = LoginFailures.objects.select_for_update().get_or_create(
        pk=key, defaults={"until": at + _window()}
    )
    return row


def _limits(name: str, address: str) -> list[tuple[str, int]]:
    """What a try counts against: (key, allowance), the account's first."""
    network = network_of(address)
    # As one types it: nobody gets five more tries by a capital letter.
    folded = unicodedata.normalize("NFKC", name).casefold()
    return [
        (_digest("account", folded, network), settings.LOGIN_FAILURES["account"]),
        (_digest("address", network), settings.LOGIN_FAILURES["address"]),
    ]


def _digest(*parts: str) -> str:
    return hmac.new(
        settings.SECRET_KEY.encode(), "\0".join(("login", *parts)).encode(), hashlib.sha256
    ).hexdigest()
