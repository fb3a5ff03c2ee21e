from django.db import models


class VersionMedia(models.Model):
    """Which masters (photos, attachments) a version names: the question that every media request
    asks.

    Derived from the version's own JSON in the same transaction; it can be rebuilt from it.
    """

    version = models.ForeignKey("news.Version", models.PROTECT, related_name="media")
    master_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("master_sha256", "version"), name="version_names_a_master_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.master_sha256[:12]} in version {self.version_id}"
