from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReaderReport(models.Model):
    """What a reader found wrong in a version: for the desk, never shown to the public.

    Of the reader there is what they wrote, and an email address if they want an answer; no network
    address and no browser. `news.reader_reports` says how long each is kept.
    """

    class State(models.TextChoices):
        NEW = "new", _("new")
        ANSWERED = "answered", _("dealt with")
        DISMISSED = "dismissed", _("dismissed")

    release = models.ForeignKey(
        "news.PressRelease",
        models.CASCADE,
        related_name="reader_reports",
        verbose_name=_("press release"),
    )
    version_number = models.PositiveIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=2)
    quote = models.TextField(_("marked text"), blank=True, default="")
    message = models.TextField(_("what the reader wrote"))
    email = models.EmailField(_("reader's email"), blank=True, default="")
    received_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)

    state = models.CharField(_("state"), max_length=9, choices=State, default=State.NEW)
    remark = models.TextField(_("remark of the desk"), blank=True, default="", max_length=2000)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    closed_by = models.CharField(
        _("closed by"), max_length=150, blank=True, default="", editable=False
    )

    class Meta:
        verbose_name = _("error report")
        verbose_name_plural = _("error reports")
        default_permissions = ("view", "change", "delete")
        indexes = [models.Index(fields=("state", "-received_at"), name="reader_report_by_state")]

    def __str__(self) -> str:
        # Logs and messages repeat this: nothing that a reader wrote.
        return f"{self.release.code}@{self.version_number} #{self.pk}"
