"""Series: their names in both languages, and the releases that belong to them."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from news.admin.bilingual import BilingualAdmin, CleanTextForm, column
from news.admin.known import NamesReleases
from news.admin.site_revision import RevisesSite
from news.models import Series, SeriesPart


class PartInline(NamesReleases, admin.StackedInline):
    model = SeriesPart
    autocomplete_fields = ("release",)
    extra = 1


@admin.register(Series)
class SeriesAdmin(BilingualAdmin, RevisesSite, TranslationAdmin):
    form = CleanTextForm
    inlines = (PartInline,)
    list_display_links = tuple(column(Series, "name", language) for language in ("th", "en"))
    list_display = (*list_display_links, "slug", "count")
    search_fields = ("name_th", "name_en", "slug")
    fieldsets = [
        (None, {"fields": [("name_th", "name_en"), ("description_th", "description_en"), "slug"]})
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(number_of_parts=Count("parts"))

    @admin.display(description=_("releases"), ordering="number_of_parts")
    def count(self, series: Series) -> int:
        return series.number_of_parts
