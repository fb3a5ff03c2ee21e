from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from news.querysets import SiteSettingsQuerySet


class SiteSettings(models.Model):
    """The one row of what the desk sets for all public pages: theme, banner, whom to write to.

    Pages get theme and banner with the epoch (`news.caching.epoch`): the end of a banner is a
    boundary like that of a version, so that it is gone on its minute with nothing running.
    """

    class Level(models.TextChoices):
        INFO = "info", _("for information")
        URGENT = "urgent", _("urgent")

    in_mourning = models.BooleanField(
        _("national mourning"),
        default=False,
        help_text=_("Public pages in black and white, photos without their colours."),
    )
    banner_shown = models.BooleanField(
        _("show the notice"), default=False, help_text=_("Above every public page.")
    )
    banner_level = models.CharField(_("weight"), max_length=8, choices=Level, default=Level.INFO)
    banner_th = models.CharField(_("notice in Thai"), max_length=300, blank=True, default="")
    banner_en = models.CharField(_("notice in English"), max_length=300, blank=True, default="")
    banner_until = models.DateTimeField(
        _("shown until"),
        null=True,
        blank=True,
        help_text=_("Left empty: until it is switched off here."),
    )
    contact_th = models.CharField(
        _("office and telephone, in Thai"), max_length=300, blank=True, default=""
    )
    contact_en = models.CharField(
        _("office and telephone, in English"), max_length=300, blank=True, default=""
    )
    contact_email = models.EmailField(
        _("email"),
        blank=True,
        default="",
        help_text=_(
            "The privacy notice and the accessibility statement name it: whoever reads it can have "
            "a release taken down, or knows who can."
        ),
    )

    objects = SiteSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")
        constraints = [
            models.CheckConstraint(name="site_settings_are_one_row", condition=models.Q(pk=1)),
            models.CheckConstraint(
                name="banner_speaks_both_languages",
                condition=models.Q(banner_shown=False)
                | (models.Q(banner_th__gt="") & models.Q(banner_en__gt="")),
                violation_error_message=_(
                    "A notice that is shown needs its text in both languages."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(capfirst(self._meta.verbose_name))

    def contact_in(self, language: str) -> str:
        """Office and telephone in `language` (`th` or `en`); may be empty."""
        return getattr(self, f"contact_{language}")
