from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from news.models.short_link import LONGEST_ALIAS
from news.querysets import MissQuerySet


class KeyMiss(models.Model):
    """How often a day's readers followed a short link that leads nowhere: its key, no addresses."""

    day = models.DateField()
    key = models.CharField(max_length=LONGEST_ALIAS)
    count = models.PositiveIntegerField(default=0)

    TALLIED = ("day", "key")
    MOST_A_DAY = 1_000
    """Different keys kept for one day; two processes that write at once may go a little beyond."""
    KEPT = timedelta(days=180)

    objects = MissQuerySet.as_manager()

    class Meta:
        verbose_name = _("short links that lead nowhere")
        verbose_name_plural = _("short links that lead nowhere")
        constraints = [models.UniqueConstraint(fields=("day", "key"), name="key_miss_once")]

    def __str__(self) -> str:
        return f"/s/{self.key} ({self.count})"
