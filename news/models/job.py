from django.db import models
from django.utils import timezone

from news.querysets import JobQuerySet


class Job(models.Model):
    """One thing to do outside a request, once: a derivative set, or an effect of a version.

    A worker claims it by a lease, and renews that while it works; a lease that runs out (a killed
    worker) makes it claimable again.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    run_after = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("kind", "key"), name="job_once")]
        indexes = [
            models.Index(
                fields=("run_after",), name="job_waiting", condition=models.Q(done_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"
