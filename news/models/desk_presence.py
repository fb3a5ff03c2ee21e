from django.conf import settings
from django.db import models
from django.utils import timezone

from news.querysets import DeskPresenceQuerySet


class DeskPresence(models.Model):
    """That somebody has the form of a release open; forgotten when their browser falls silent."""

    release = models.ForeignKey("news.PressRelease", models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now)

    objects = DeskPresenceQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=("release", "user"), name="desk_presence_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.release_id}"
