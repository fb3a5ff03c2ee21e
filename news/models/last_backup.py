from django.db import models


class LastBackup(models.Model):
    """The one row that says which moment of the site the newest backup holds.

    Here and not beside the backups: every web node tells it (`/metrics`), and none of them sees
    that folder.
    """

    made_at = models.DateTimeField()
    byte_size = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="last_backup_is_one_row", condition=models.Q(pk=1))
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%dT%H:%M:%SZ}"
