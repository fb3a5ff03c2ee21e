"""The second step of signing in: a code of six digits from a telephone (TOTP, RFC 6238), or one of
ten recovery codes on paper.

The codes of the telephone and the pauses after wrong ones are django-otp's. Of recovery codes only
keyed hashes are kept, in its tables.
"""

import base64
import hmac
import re
import secrets
import unicodedata
from datetime import datetime
from enum import Enum

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from news.models.short_link import ALPHABET

PERMISSIONS = ("news.publish_pressrelease", "auth.add_user", "auth.change_user")
"""Who has one of these can change what the public reads, or who else can."""

GROUPS = ("publisher", "administrator")

RECOVERY_CODES = 10
_PARTS, _PART = 3, 4


class Standing(Enum):
    DONE = "done"
    """Nothing is missing."""
    VERIFY = "verify"
    """A code is to be given."""
    SET_UP = "set up"
    """The account needs a second step and has none."""


class TooSoon(Exception):
    """After wrong codes the next one has to wait; `until` when."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"wait until {until:%H:%M:%S}")
        self.until = until


def is_for(user) -> bool:
    """Whether accounts like this one should have a second step."""
    return (
        user.is_superuser
        or any(user.has_perm(permission) for permission in PERMISSIONS)
        or user.groups.filter(name__in=GROUPS).exists()
    )


def is_required(user) -> bool:
    """Whether this site lets `user` in only with a second step."""
    return settings.SECOND_STEP_REQUIRED and is_for(user)


def is_set_up(user) -> bool:
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def standing(request: HttpRequest) -> Standing:
    """How far the signed-in user of `request` has come; worked out once a request."""
    known = getattr(request, "second_step", None)
    if known is None:
        known = request.second_step = _standing(request.user)
    return known


def _standing(user) -> Standing:
    if user.is_verified():
        return Standing.DONE
    if is_set_up(user):
        return Standing.VERIFY
    return Standing.SET_UP if is_required(user) else Standing.DONE


def begin(user) -> TOTPDevice:
    """The telephone that `user` is about to set up: the same one until it is confirmed."""
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return device or TOTPDevice.objects.create(user=user, name="telephone", confirmed=False)


def typed_key(device: TOTPDevice) -> str:
    """The key as somebody types it who can't scan: base32 in groups of four."""
    key = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


@transaction.atomic
def confirm(user, code: str) -> TOTPDevice | None:
    """Take the telephone into use if `code` is its own; None if it isn't. Raises TooSoon."""
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
    if device is None or is_set_up(user) or not _accepts(device, code):
        return None
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    return device


@transaction.atomic
def verify(user, code: str) -> TOTPDevice | None:
    """The telephone of `user` if `code` is its code now, and was not used before; else None.

    Raises TooSoon.
    """
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
    return device if device is not None and _accepts(device, code) else None


def _accepts(device: TOTPDevice, code: str) -> bool:
    _wait(device)
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", code))
    # The library reads any number: "7" would do for 000007.
    return device.verify_token(plain if re.fullmatch("[0-9]{6}", plain) else "")


def make_recovery_codes(user) -> list[str]:
    """Ten new codes, each good once; those before are good no longer. Shown to `user` only now."""
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="recovery codes")
        for code in codes:
            device.token_set.create(token=_digest(code, settings.SECRET_KEY))
    return codes


def recovery_codes_left(user) -> int:
    device = StaticDevice.objects.filter(user=user).first()
    return device.token_set.count() if device is not None else 0


@transaction.atomic
def redeem(user, code: str) -> StaticDevice | None:
    """Use up a recovery code; None if it is none of `user`. Raises TooSoon."""
    device = StaticDevice.objects.select_for_update().filter(user=user).first()
    if device is None or not is_set_up(user):
        return None
    _wait(device)
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", code)).lower()
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    known = device.token_set.filter(token__in=[_digest(plain, key) for key in keys]).first()
    if device.verify_token(known.token if known else ""):
        return device
    return None


@transaction.atomic
def remove(user) -> None:
    """Forget telephone and recovery codes. Whoever has to have them sets them up anew."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def _wait(device: Device) -> None:
    allowed, why = device.verify_is_allowed()
    if not allowed:
        raise TooSoon(why["locked_until"])


def _recovery_code() -> str:
    """Three groups of four letters and digits, 59 bits: `k7m4-q2x9-bcde`."""
    parts = ("".join(secrets.choice(ALPHABET) for _ in range(_PART)) for _ in range(_PARTS))
    return "-".join(parts)


def _digest(code: str, key: str) -> str:
    """80 bits of a keyed hash: as much as the library's column holds."""
    found = hmac.digest(key.encode(), b"recovery:" + code.replace("-", "").encode(), "sha256")
    return base64.b32encode(found[:10]).decode()
