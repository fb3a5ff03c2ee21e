"""The photos and attachments of a release, inside its form. New ones come through `uploads`."""

import re
from typing import Any

from django import forms
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, QueryDict
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


class FileFormSet(BaseInlineFormSet):
    """Rows that are there still. One that was removed since the form was opened, by somebody else
    or by a first click, has no place on the screen where its errors could be mended.

    `gone` says how many those were.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gone = 0
        if self.is_bound:
            self._close_gaps()

    def _close_gaps(self) -> None:
        total, initial = (f"{self.prefix}-{name}_FORMS" for name in ("TOTAL", "INITIAL"))
        sent = [self.data.get(name, "") for name in (total, initial)]
        if not all(number.isdecimal() and len(number) < 5 for number in sent):
            return  # Django says what it thinks of those
        there = {str(key) for key in self.queryset.values_list("pk", flat=True)}
        keys = [self.data.get(f"{self.prefix}-{n}-id", "") for n in range(int(sent[1]))]
        gone = {n for n, key in enumerate(keys) if key.isdecimal() and key not in there}
        if not gone:
            return
        kept = [n for n in range(int(sent[0])) if n not in gone]
        place = {str(n): str(number) for number, n in enumerate(kept)}
        self.data = self._moved(place)
        self.data[total] = str(len(kept))
        self.data[initial] = str(int(sent[1]) - len(gone))
        self.gone = len(gone)

    def _moved(self, place: dict[str, str]) -> QueryDict:
        """What was sent, with the rows in other places; those that have none are left out."""
        moved = QueryDict(mutable=True)
        for name, values in self.data.lists():
            row = re.fullmatch(rf"{self.prefix}-([0-9]+)-(.+)", name)
            if row is None:
                moved.setlist(name, values)
            elif row[1] in place:
                moved.setlist(f"{self.prefix}-{place[row[1]]}-{row[2]}", values)
        return moved


class PhotoFormSet(FileFormSet):
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
    formset = FileFormSet
    template = "admin/news/pressrelease/attachments.html"
    follows = "attachments"
    fieldsets = [
        (None, {"fields": [("title_th", "title_en"), ("name", "language", "position")]}),
    ]
