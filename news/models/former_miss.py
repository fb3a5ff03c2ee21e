from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from news.querysets import MissQuerySet


class FormerMiss(models.Model):
    """How often a day's readers came by an address of the former site that leads nowhere.

    The address in its one form (`news.importing.paths`) and a number: nothing of who came.
    """

    day = models.DateField(_("day"))
    path = models.CharField(_("path"), max_length=500)
    count = models.PositiveIntegerField(_("visits"), default=0)

    TALLIED = ("day", "path")
    MOST_A_DAY = 1_000
    """Different addresses kept for one day: a robot that tries names can't fill the table."""
    KEPT = timedelta(days=180)

    objects = MissQuerySet.as_manager()

    class Meta:
        verbose_name = _("address without a release")
        verbose_name_plural = _("addresses without a release")
        constraints = [models.UniqueConstraint(fields=("day", "path"), name="former_miss_once")]
        indexes = [models.Index(fields=("path",), name="former_miss_by_path")]

    def __str__(self) -> str:
        return self.path
