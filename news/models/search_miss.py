from django.db import models


class SearchMiss(models.Model):
    """How often a day's readers searched for something and found nothing: words, no addresses."""

    day = models.DateField()
    words = models.CharField(max_length=100)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("day", "words"), name="search_miss_once")]
        indexes = [models.Index(fields=("-day", "-count"), name="search_miss_by_day")]

    def __str__(self) -> str:
        return f"{self.words} ({self.count})"
