from django.db import models
from django.utils.translation import gettext_lazy as _


class LegacyPath(models.Model):
    """An address on the former site and the release that it now leads to."""

    path = models.CharField(
        _("path"),
        max_length=1000,
        unique=True,
        help_text=_("Decoded and normalised, without the host: /blog/2017/03/… or ?q=node/123."),
    )
    release = models.ForeignKey(
        "news.PressRelease",
        models.PROTECT,
        related_name="legacy_paths",
        verbose_name=_("press release"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("legacy path")
        verbose_name_plural = _("legacy paths")

    def __str__(self) -> str:
        return self.path
