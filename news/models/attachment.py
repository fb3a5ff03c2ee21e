import re
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""What the public address of a file matches, which is frozen with the name."""


class Attachment(models.Model):
    """One file that readers can download with a release. Private until a live version names it."""

    class Language(models.TextChoices):
        TH = "th", _("Thai")
        EN = "en", _("English")
        BOTH = "both", _("Thai and English")

    release = models.ForeignKey(
        "news.PressRelease",
        models.PROTECT,
        related_name="attachments",
        verbose_name=_("press release"),
    )
    file = models.FileField(_("file"), max_length=200, editable=False)
    sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    name = models.CharField(
        _("file name"), max_length=120, help_text=_("As readers download it: a-z, 0-9, hyphens.")
    )
    content_type = models.CharField(max_length=100, editable=False)
    byte_size = models.PositiveBigIntegerField(_("size in bytes"), editable=False)
    title = models.CharField(_("title"), max_length=300, blank=True, default="")
    language = models.CharField(_("language"), max_length=4, choices=Language, default=Language.TH)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("release", "sha256"),
                name="attachment_once_per_release",
                violation_error_message=_("This file is already attached."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError for a name under which readers would get nothing, or not know what
        they got.
        """
        ending = PurePath(self.file.name).suffix
        if not (_NAME.fullmatch(self.name) and self.name.endswith(ending)):
            raise ValidationError(
                {
                    "name": ValidationError(
                        _("Use a-z, 0-9, hyphens and full stops, and keep the ending %(ending)s."),
                        params={"ending": ending},
                    )
                }
            )
