"""Changes of what frames every page: topics and aliases. Caches learn of them by the epoch."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from news.models import Epoch


class RevisesSite(admin.ModelAdmin):
    """Raises the site revision with every save and deletion; Django's views hold both in one
    transaction with the change.
    """

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        Epoch.objects.raise_site_revision()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        Epoch.objects.raise_site_revision()
