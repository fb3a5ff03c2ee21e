from django.conf import settings
from django.db import models


class Upload(models.Model):
    """A file on its way to the desk, or there and not yet part of a release.

    The bytes come in pieces and lie in a file of their own (`news.receiving`); `received` counts
    those that are safely there. Once the file is whole and good, `facts` hold what is known of it.
    The same file of the same person for the same form is one row, however often it is sent.
    """

    class Kind(models.TextChoices):
        PHOTO = "photos"
        ATTACHMENT = "attachments"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    client_id = models.CharField(max_length=100)
    """What the browser calls the file: the same after a reload."""
    release = models.ForeignKey(
        "news.PressRelease", models.CASCADE, null=True, related_name="uploads"
    )
    """None: for the form of a release that is not saved yet."""
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=255)
    byte_size = models.PositiveBigIntegerField()
    announced_sha256 = models.CharField(max_length=64, blank=True, default="")
    """What the browser computed; empty where it can't."""
    received = models.PositiveBigIntegerField(default=0)
    facts = models.JSONField(null=True)
    refusal = models.CharField(max_length=40, blank=True, default="")
    """Why the file was refused: a code, for the log; the words are told at once."""
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("user", "client_id"), name="upload_once_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.received} of {self.byte_size}"

    @property
    def is_done(self) -> bool:
        return self.facts is not None
