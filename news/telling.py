"""Mail to those who work on a release: what was done, by whom, and where to go on.

Each mail is one row in the outbox, unique on the entry of the audit trail (or the version that goes
live) and its reader, written in the transaction of the deed and sent by `manage.py work`. A worker
that dies between sending and noting it sends again, with the same Message-ID, by which mail
programs know a copy. Nothing is queued on a site without mail.

Who may not know of a release, or has left, is found out when the mail is sent. Mail passes through
the machines of others: of a release under embargo it says the code and no word more.
"""

import hashlib
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from news.models import AuditEntry, DeskPreference, Job, PressRelease, Version
from news.sharing.addresses import absolute
from news.thai.dates import format_datetime
from news.thai.text import single_line, truncate

MAIL = "desk_mail"
"""The kind of job."""

Action = AuditEntry.Action
_BACKEND = "django.contrib.auth.backends.ModelBackend"
_TO_AUTHORS = frozenset({Action.RETURNED, Action.APPROVED})
_TO_ALL = frozenset({Action.SCHEDULED, Action.RESCHEDULED, Action.UNSCHEDULED, Action.WITHDRAWN})
_INVOLVED = (
    *AuditEntry.WRITING,
    Action.SUBMITTED,
    Action.RETURNED,
    Action.APPROVED,
    Action.SCHEDULED,
    Action.RESCHEDULED,
    Action.UNSCHEDULED,
    Action.PUBLISHED,
)
_SUBJECT_CLUSTERS = 60


def tell(entry: AuditEntry) -> None:
    """Queue the mails about what `entry` says was done."""
    if not settings.HAS_MAIL or entry.release is None:
        return
    for key in _readers(entry) - {entry.actor_id}:
        Job.objects.enqueue(MAIL, f"{entry.pk}:{key}", {"entry": entry.pk, "user": key})


def tell_when_live(version: Version, entry: AuditEntry) -> None:
    """Queue the mails that follow when `version` is live: now, or at its moment."""
    if not settings.HAS_MAIL:
        return
    ahead = version.visible_from > version.recorded_at
    for key in _involved(version.release_id) - (set() if ahead else {entry.actor_id}):
        Job.objects.enqueue(
            MAIL,
            f"v{version.pk}:{key}",
            {"version": version.pk, "user": key},
            run_after=version.visible_from,
        )


def _readers(entry: AuditEntry) -> set[int]:
    if entry.action == Action.SUBMITTED:
        return _who_may("news.approve_pressrelease") - _authors(entry.release_id)
    if entry.action in _TO_AUTHORS:
        return _authors(entry.release_id)
    readers = _who_may("news.approve_pressrelease") if entry.is_forced else set()
    if entry.action in _TO_ALL:
        readers |= _involved(entry.release_id)
    return readers


def _who_may(permission: str) -> set[int]:
    users = get_user_model().objects.with_perm(permission, backend=_BACKEND)
    return set(users.exclude(email="").values_list("pk", flat=True))


def _authors(release_id: int) -> set[int]:
    return _actors(release_id, (*AuditEntry.WRITING, Action.SUBMITTED))


def _involved(release_id: int) -> set[int]:
    return _actors(release_id, _INVOLVED)


def _actors(release_id: int, actions: tuple) -> set[int]:
    entries = AuditEntry.objects.filter(release=release_id, action__in=actions)
    return set(entries.exclude(actor=None).values_list("actor_id", flat=True))


# -- sending -------------------------------------------------------------------------------------


def send(payload: dict) -> None:
    """The job: one mail, or none where its reason or its reader is gone."""
    user = get_user_model().objects.filter(pk=payload["user"], is_active=True).first()
    if user is None or not user.email:
        return
    with translation.override(DeskPreference.objects.language_of(user)):
        said = _of_version(payload["version"]) if "version" in payload else _of(payload["entry"])
        if said is None or not _knows(user, said["release"]):
            return
        _send(user, said, hashlib.sha256(repr(sorted(payload.items())).encode()).hexdigest()[:32])


def _of(key: int) -> dict | None:
    entry = AuditEntry.objects.select_related("release").filter(pk=key).first()
    if entry is None or entry.release is None:
        return None
    done = str(entry.get_action_display())
    if entry.is_forced:
        done = gettext("%(done)s without approval") % {"done": done}
    who = entry.actor_name or gettext("The site")
    return {"release": entry.release, "what": done, "who": who, "note": entry.note}


def _of_version(key: int) -> dict | None:
    """Of a version that is live by now; a schedule that was cancelled or moved is no news."""
    version = Version.objects.shown(timezone.now()).select_related("release").filter(pk=key).first()
    if version is None:
        return None
    moment = format_datetime(version.visible_from, translation.get_language())
    return {
        "release": version.release,
        "what": gettext("live since %(moment)s") % {"moment": moment},
        "who": "",
        "note": "",
    }


def _knows(user, release: PressRelease) -> bool:
    return PressRelease.objects.seen_by(user, timezone.now()).filter(pk=release.pk).exists()


def _send(user, said: dict, key: str) -> None:
    release: PressRelease = said["release"]
    secret = PressRelease.objects.under_embargo(timezone.now()).filter(pk=release.pk).exists()
    name = release.code if secret else truncate(single_line(str(release)), _SUBJECT_CLUSTERS)
    context = said | {
        "name": name,
        "note": "" if secret else said["note"],
        "address": absolute(reverse("admin:news_pressrelease_change", args=(release.pk,))),
    }
    message = EmailMessage(
        subject=f"{name}: {said['what']}",
        body=render_to_string("desk/mail.txt", context),
        to=[user.email],
        headers={
            "Message-ID": f"<{key}@{urlsplit(settings.BASE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.send()
