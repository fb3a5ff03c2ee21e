from django.conf import settings
from django.db import models


class UnsavedText(models.Model):
    """What somebody has typed into one opened form of a release and not saved yet; nobody else
    sees it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    release = models.ForeignKey(
        "news.PressRelease", models.CASCADE, null=True, related_name="unsaved_texts"
    )
    """None: the form of a release that is not saved yet."""
    key = models.CharField(max_length=32, blank=True)
    """That of the form; empty for one that was opened before forms had keys."""
    values = models.JSONField()
    """Name of an input -> what it holds, as a browser sends it."""
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("user", "release", "key"), name="unsaved_text_once"),
            models.UniqueConstraint(
                fields=("user", "key"),
                condition=models.Q(release__isnull=True),
                name="unsaved_text_once_for_a_new_release",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.release_id or 'new'}"
