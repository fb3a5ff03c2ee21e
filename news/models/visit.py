from django.db import models
from django.utils.translation import gettext_lazy as _

from news.querysets import VisitQuerySet


class Visit(models.Model):
    """How often a short link was followed on one day, by what way and to which language's page.

    Nothing of a reader is here: no address, no browser, no moment finer than the day.
    """

    class Channel(models.TextChoices):
        LINE = "line", "LINE"
        FACEBOOK = "facebook", "Facebook"
        X = "x", "X"
        QR = "qr", _("QR code")
        EMAIL = "email", _("email")
        DIRECT = "direct", _("typed in or not known")
        OTHER = "other", _("other sites")

    day = models.DateField(_("day"))
    key = models.CharField(_("key"), max_length=80)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    language = models.CharField(_("language"), max_length=2)
    is_bot = models.BooleanField(_("by a program"))
    count = models.PositiveIntegerField(_("visits"))

    TALLIED = ("day", "key", "channel", "language", "is_bot")

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visits of short links")
        verbose_name_plural = _("visits of short links")
        constraints = [
            models.UniqueConstraint(
                fields=("day", "key", "channel", "language", "is_bot"), name="visit_counted_once"
            )
        ]
        indexes = [models.Index(fields=("key", "day"), name="visit_by_key")]

    def __str__(self) -> str:
        return f"{self.day} /s/{self.key} {self.channel}: {self.count}"
