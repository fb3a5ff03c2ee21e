"""The desk's own door: a second pair of eyes on a text before readers get it.

Each action is keyword-only, atomic, and leaves one entry in the audit trail, from which the stage
of the review is worked out (`news.workflow`). What can't be done raises `PublishingRefused`.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from news.audit import Action
from news.door import Door, require_whole_texts
from news.models import AuditEntry, PressRelease
from news.workflow import PublishingRefused, Step


@transaction.atomic
def submit(*, release: PressRelease, by, note: str = "") -> AuditEntry:
    """Ask for a review of the working copy as it is now. It must be fit to be published."""
    door = Door(release, by)
    door.check(Step.SUBMIT)
    require_whole_texts(door.release)
    return door.note(Action.SUBMITTED, digest=door.digest, said=note)


@transaction.atomic
def recall(*, release: PressRelease, by) -> AuditEntry:
    """Take the request back, to write on."""
    door = Door(release, by)
    door.check(Step.RECALL)
    return door.note(Action.RECALLED)


@transaction.atomic
def send_back(*, release: PressRelease, by, note: str) -> AuditEntry:
    """Return the text to its authors, who are told in `note` what is to be changed."""
    door = Door(release, by)
    door.check(Step.RETURN)
    if not note.strip():
        raise PublishingRefused(_("Say what is to be changed."), "reason_missing")
    return door.note(Action.RETURNED, said=note)


@transaction.atomic
def approve(*, release: PressRelease, by, seen: str, note: str = "") -> AuditEntry:
    """Approve the working copy. It holds for exactly the content whose digest `seen` the reviewer
    looked at; a change after it ends the approval.
    """
    door = Door(release, by)
    door.check(Step.APPROVE)
    require_whole_texts(door.release)
    door.require_seen(seen)
    return door.note(Action.APPROVED, digest=door.digest, said=note)


@transaction.atomic
def sign_off(*, release: PressRelease, by, note: str = "") -> AuditEntry:
    """Say that the publication without approval was looked over by somebody else."""
    door = Door(release, by)
    door.check(Step.SIGN_OFF)
    return door.note(Action.SIGNED_OFF, number=door.review.forced.version_number, said=note)
