from django.conf import settings
from django.db import models


class AccessLink(models.Model):
    """A link with which somebody chooses a password, once: an invitation or a reset.

    Only a digest of its secret is kept. A user has one at most: a new one ends the one before.
    Made, found and used by `news.accounts.links` alone.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} until {self.expires_at:%Y-%m-%d %H:%M}"
