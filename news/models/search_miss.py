from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from news.querysets import MissQuerySet


class SearchMiss(models.Model):
    """How often a day's readers searched for something and found nothing: words, no addresses."""

    day = models.DateField()
    words = models.CharField(max_length=100)
    count = models.PositiveIntegerField(default=0)

    TALLIED = ("day", "words")
    MOST_A_DAY = 2_000
    """Different searches kept for one day: a robot that tries names can't fill the table."""
    KEPT = timedelta(days=180)
    """What was typed can be a person's name: it is of use while the desk may still act on it."""

    objects = MissQuerySet.as_manager()

    class Meta:
        verbose_name = _("searches without a result")
        verbose_name_plural = _("searches without a result")
        constraints = [models.UniqueConstraint(fields=("day", "words"), name="search_miss_once")]
        indexes = [models.Index(fields=("-day", "-count"), name="search_miss_by_day")]

    def __str__(self) -> str:
        return f"{self.words} ({self.count})"
