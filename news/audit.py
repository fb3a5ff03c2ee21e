"""The one place that writes the audit trail."""

from datetime import timedelta

from django.utils import timezone

from news.models import AuditEntry, PressRelease

Action = AuditEntry.Action


def note(
    action: str,
    *,
    by=None,
    release: PressRelease | None = None,
    number: int | None = None,
    forced: bool = False,
    digest: str = "",
    said: str = "",
) -> AuditEntry:
    """Append one entry, in the transaction of the deed. `by` is None where a command did it."""
    return AuditEntry.objects.create(
        action=action,
        actor=by,
        actor_name=by.get_username() if by is not None else "",
        release=release,
        code=release.code if release is not None else "",
        version_number=number,
        is_forced=forced,
        digest=digest,
        note=said.strip(),
    )


VIEW_AGAIN = timedelta(minutes=10)
"""Going to and fro between the screens of one release is one look at it."""


def note_view(user, release: PressRelease) -> None:
    """Write that `user` looked at `release`, where it is under embargo. One entry for all that they
    do within `VIEW_AGAIN`.
    """
    at = timezone.now()
    if not PressRelease.objects.under_embargo(at).filter(pk=release.pk).exists():
        return
    lately = release.audit_entries.filter(action=Action.VIEWED, actor=user, at__gte=at - VIEW_AGAIN)
    if not lately.exists():
        note(Action.VIEWED, by=user, release=release)
