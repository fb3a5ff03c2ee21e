from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Erasure(models.Model):
    """That a release's text was erased, or is to be: for law's sake, by two different people.

    Once `approved_at` is set the row stays, and with it the database lets the texts of the
    release's versions be emptied (see `news.record_guards`). `imported`: it was ordered on another
    site, whose archive package doesn't say by whom.
    """

    class Reason(models.TextChoices):
        PRIVACY = "privacy", _("personal data")
        LEGAL = "legal", _("legal grounds")

    release = models.OneToOneField(
        "news.PressRelease",
        models.PROTECT,
        related_name="erasure",
        verbose_name=_("press release"),
    )
    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    requested_by = models.CharField(_("asked for by"), max_length=150)
    requested_at = models.DateTimeField(_("asked for"))
    approved_by = models.CharField(_("approved by"), max_length=150, blank=True, default="")
    approved_at = models.DateTimeField(pgettext_lazy("moment", "approved"), null=True)
    imported = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [
            models.CheckConstraint(
                name="erasure_by_two_people",
                condition=Q(imported=True)
                | Q(approved_at__isnull=True, approved_by="", requested_by__gt="")
                | Q(
                    ~Exact(Lower("approved_by"), Lower("requested_by")),
                    approved_at__isnull=False,
                    approved_by__gt="",
                    requested_by__gt="",
                ),
            )
        ]

    def __str__(self) -> str:
        return self.release.code
