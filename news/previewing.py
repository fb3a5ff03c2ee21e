"""Links by which people without an account see a working copy: given out, revoked."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news import audit
from news.audit import Action
from news.models import PressRelease, SharedPreview
from news.workflow import PublishingRefused

LONGEST = timedelta(days=30)


@transaction.atomic
def share(
    *, release: PressRelease, by, recipient: str, expires_at: datetime
) -> tuple[SharedPreview, str]:
    """Make a link for `recipient`, valid until `expires_at`; returns it with its token, which is
    kept nowhere.

    Raises `PublishingRefused` (`bad_time`) for a moment past or more than `LONGEST` ahead.
    """
    now = timezone.now()
    if not now < expires_at <= now + LONGEST:
        raise PublishingRefused(_("A link can be valid for thirty days at most."), "bad_time")
    token = secrets.token_urlsafe(32)
    made = SharedPreview.objects.create(
        release=release,
        token_sha256=SharedPreview.digest_of(token),
        recipient=recipient,
        created_by=by,
        expires_at=expires_at,
    )
    audit.note(Action.SHARED, by=by, release=release, said=recipient)
    return made, token


@transaction.atomic
def revoke(*, preview: SharedPreview, by) -> None:
    """End a link now. Ending one twice changes nothing."""
    ended = SharedPreview.objects.filter(pk=preview.pk, revoked_at__isnull=True).update(
        revoked_at=timezone.now()
    )
    if ended:
        audit.note(Action.UNSHARED, by=by, release=preview.release, said=preview.recipient)
