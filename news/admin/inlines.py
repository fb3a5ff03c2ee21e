"""The photos and attachments of a release, inside its form. New ones come through `uploads`."""

from typing import Any

from django import forms
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from modeltranslation.admin import TranslationStackedInline

from news import media
from news.admin.bilingual import BilingualAdmin, CleanTextForm
from news.models import Attachment, Photo


class FileInline(BilingualAdmin, TranslationStackedInline):
    """Rows that exist already: to put in order, describe, remove."""

    form = CleanTextForm
    extra = 0
    ordering = ("position", "pk")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PhotoFormSet(BaseInlineFormSet):
    """Orders new derivatives where a focal point has moved: crops depend on it."""

    def save_existing(self, form, obj, commit=True):  # noqa: FBT002 - Django's signature
        photo = super().save_existing(form, obj, commit)
        if commit and {"focal_x", "focal_y"} & set(form.changed_data):
            media.queue_derivatives(photo)
        return photo


class PhotoInline(FileInline):
    model = Photo
    formset = PhotoFormSet
    template = "admin/news/pressrelease/photos.html"
    follows = "photos"
    single_line_areas = ("caption", "alt")
    said_once = ("alt_th", "alt_en")
    """Their help stands above the cards, not in each of them."""
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("alt_th", "alt_en"),
                    ("caption_th", "caption_en"),
                    ("credit", "focal_x", "focal_y", "is_sample", "position"),
                ]
            },
        )
    ]

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in self.said_once:
            field.help_text = ""
        return field


class AttachmentInline(FileInline):
    model = Attachment
    template = "admin/news/pressrelease/attachments.html"
    follows = "attachments"
    fieldsets = [
        (None, {"fields": [("title_th", "title_en"), ("name", "language", "position")]}),
    ]
