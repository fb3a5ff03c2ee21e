"""Topics: their names in both languages, their order, their addresses."""

from django.contrib import admin
from django.http import HttpRequest
from modeltranslation.admin import TranslationAdmin

from news.admin.bilingual import BilingualAdmin, CleanTextForm, column
from news.admin.site_revision import RevisesSite
from news.models import PressRelease, Topic, Version


@admin.register(Topic)
class TopicAdmin(BilingualAdmin, RevisesSite, TranslationAdmin):
    form = CleanTextForm
    list_display_links = tuple(column(Topic, "name", language) for language in ("th", "en"))
    list_display = (*list_display_links, "slug", "position")
    search_fields = ("name_th", "name_en", "slug")
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("name_th", "name_en"),
                    ("description_th", "description_en"),
                    ("slug", "position"),
                ]
            },
        )
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Topic | None = None) -> tuple:
        """An address that readers may have kept stays."""
        return ("slug",) if obj is not None and self._is_named(obj) else ()

    def has_delete_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or not self._is_used(obj))

    @staticmethod
    def _is_named(topic: Topic) -> bool:
        return Version.objects.filter(topic=topic).exists()

    def _is_used(self, topic: Topic) -> bool:
        return self._is_named(topic) or PressRelease.objects.filter(topic=topic).exists()
