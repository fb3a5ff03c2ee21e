from django.conf import settings
from django.db import models


class Autosave(models.Model):
    """One for each release and person, as the last version of the site keeps them, which may still
    run beside this one: what it kept becomes an `UnsavedText`. Ends with the next release.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    release = models.ForeignKey(
        "news.PressRelease", models.CASCADE, null=True, related_name="autosaves"
    )
    """None: the form of a release that is not saved yet."""
    values = models.JSONField()
    """Name of an input -> what it holds, as a browser sends it."""
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("user", "release"), name="autosave_once"),
            models.UniqueConstraint(
                fields=("user",),
                condition=models.Q(release__isnull=True),
                name="autosave_once_for_a_new_release",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.release_id or 'new'}"
