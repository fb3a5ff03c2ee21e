import hashlib

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.querysets import SharedPreviewQuerySet


class SharedPreview(models.Model):
    """A link by which somebody without an account sees a working copy, until it is published.

    Only the token's SHA-256 is kept: who reads the database can't open the link.
    """

    release = models.ForeignKey(
        "news.PressRelease", models.CASCADE, related_name="shared_previews", editable=False
    )
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    recipient = models.CharField(_("for whom"), max_length=100)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = SharedPreviewQuerySet.as_manager()

    def __str__(self) -> str:
        return self.recipient

    @staticmethod
    def digest_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()
