from django.db import models


class ArchiveImport(models.Model):
    """The one row that says that this record began as an archive package of another site.

    It can be written only while there is no version, and while it is unfinished the database takes
    versions that were recorded in the past (see `news.record_guards`). `manifest` is the SHA-256 of
    the package's `manifest-sha256.txt`.
    """

    manifest = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="archive_import_is_one_row", condition=models.Q(pk=1))
        ]

    def __str__(self) -> str:
        return self.manifest
