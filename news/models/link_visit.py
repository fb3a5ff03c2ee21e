from django.db import models


class LinkVisit(models.Model):
    """What the worker found when it last asked another site for a page that a release links to."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered"
        GONE = "gone"
        """The site says that there is no such page (404, 410)."""
        UNREACHABLE = "unreachable"
        """No such host, no connection, no answer in time."""
        REFUSED = "refused"
        """Never asked: not an address on the public internet."""

    url = models.URLField(max_length=2000, unique=True)
    outcome = models.CharField(max_length=12, choices=Outcome)
    status = models.PositiveSmallIntegerField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    """Visits without an answer since the last one with one."""
    visited_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.url}: {self.outcome}"
