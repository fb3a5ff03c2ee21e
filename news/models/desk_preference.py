from django.conf import settings
from django.db import models

from news.querysets import DeskPreferenceQuerySet


class DeskPreference(models.Model):
    """The language that a user chose for the desk."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True)
    language = models.CharField(
        max_length=2, choices=[("th", "ไทย"), ("en", "English")], default="th"
    )

    objects = DeskPreferenceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.language}"
