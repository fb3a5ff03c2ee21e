"""Who did what to which release, when: a table that only grows."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from news.querysets import AuditEntryQuerySet


class AuditEntry(models.Model):
    """One deed at the desk. Rows are written by `news.audit` alone and never change.

    The database refuses UPDATE and DELETE (see `news.record_guards`), so nothing here points where
    a deletion would have to change it: a discarded draft and a deleted account leave their keys
    behind, with the release's code and the account's name as they were. No headline is kept, since
    one may be under embargo. A release's review is worked out from these rows: see `news.workflow`.
    """

    class Action(models.TextChoices):
        CREATED = "created", _("began the release")
        SAVED = "saved", _("changed the working copy")
        TAKEN_BACK = "taken_back", _("took an old version to the desk")
        DISCARDED = "discarded", _("discarded the draft")
        SUBMITTED = "submitted", _("asked for review")
        RECALLED = "recalled", _("took back the request for review")
        RETURNED = "returned", _("returned it with a note")
        APPROVED = "approved", _("approved")
        PUBLISHED = "published", _("published")
        SCHEDULED = "scheduled", _("scheduled")
        RESCHEDULED = "rescheduled", _("changed the time")
        UNSCHEDULED = "unscheduled", _("cancelled the schedule")
        SIGNED_OFF = "signed_off", _("looked over what was published without approval")
        WITHDRAWN = "withdrawn", _("withdrew")
        RESTORED = "restored", _("restored")
        REMOVED = "removed", _("removed for good")
        MERGED = "merged", _("merged with another release")
        LIMITED = "limited", _("changed who may see it")
        VIEWED = "viewed", _("looked at a release under embargo")
        SHARED = "shared", _("made a preview link")
        UNSHARED = "unshared", _("revoked a preview link")
        SITE_SET = "site_set", _("changed what stands round every page")
        EXPORTED = "exported", _("exported the audit trail")

        SIGNED_IN = "signed_in", _("signed in")
        LOCKED = "locked", _("had to wait after failed logins")
        SECOND_SET_UP = "second_on", _("set up the second step")
        SECOND_REMOVED = "second_off", _("removed the second step")
        RECOVERY_USED = "code_used", _("signed in with a recovery code")
        RECOVERY_MADE = "codes_made", _("made recovery codes")
        PASSWORD = "new_password", _("changed the password")
        ACCOUNT_MADE = "account_made", _("made an account")
        LINK_MADE = "link_made", _("made a one-time link")
        LINK_USED = "link_used", _("chose a password behind a one-time link")
        SIGNED_OUT = "ended_all", _("signed out everywhere")

    WRITING = (Action.CREATED, Action.SAVED, Action.TAKEN_BACK)
    """After these somebody has a share in the text."""

    REPLAYED = (
        *WRITING,
        Action.SUBMITTED,
        Action.RECALLED,
        Action.RETURNED,
        Action.APPROVED,
        Action.PUBLISHED,
        Action.SCHEDULED,
        Action.UNSCHEDULED,
        Action.SIGNED_OFF,
    )
    """What a release's review is worked out from."""

    at = models.DateTimeField(_("moment"), db_default=Now(), editable=False)
    action = models.CharField(_("action"), max_length=12, choices=Action)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("who"),
    )
    actor_name = models.CharField(_("who"), max_length=150, blank=True, default="")
    release = models.ForeignKey(
        "news.PressRelease",
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="audit_entries",
        verbose_name=_("press release"),
    )
    code = models.CharField(_("code"), max_length=12, blank=True, default="")
    version_number = models.PositiveIntegerField(_("version"), null=True)
    is_forced = models.BooleanField(_("without approval"), default=False)
    # Of the working copy; of a publication where it left nothing of that behind.
    digest = models.CharField(max_length=64, blank=True, default="")
    note = models.TextField(_("note"), blank=True, default="")

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the audit trail")
        verbose_name_plural = _("audit trail")
        default_permissions = ("view",)
        permissions = [("export_auditentry", _("Can export the audit trail"))]
        indexes = [models.Index(fields=("action", "-id"), name="audit_entry_by_action")]

    def __str__(self) -> str:
        return f"{self.code} {self.action}".strip()
