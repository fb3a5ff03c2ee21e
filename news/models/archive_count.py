from django.db import models


class ArchiveCount(models.Model):
    """How many releases of a day have a text in a language, once all that is scheduled has come.

    `news.counting` keeps it in the transaction of each publication and takes off what lies ahead.
    `day` is 0 for releases of which only the month is known. Years are Common Era.
    """

    language = models.CharField(max_length=2)
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField()
    releases = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("language", "year", "month", "day"), name="archive_count_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.year}-{self.month:02}-{self.day:02}: {self.releases}"
