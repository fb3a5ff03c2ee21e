"""What the list of press releases can be narrowed to."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from news.admin.status import Status, in_status


class StatusFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return Status.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in Status.values:
            return queryset
        return in_status(queryset, self.value(), timezone.now())


class TopicFilter(admin.RelatedFieldListFilter):
    """Every release has a topic: the choice "none" would find nothing."""

    include_empty_choice = False


class LanguageFilter(admin.SimpleListFilter):
    """By the texts at the desk: a language counts with a headline and a body."""

    title = _("languages")
    parameter_name = "languages"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("both", _("Thai and English")),
            ("th", _("Thai only")),
            ("en", _("English only")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        thai = Q(title_th__gt="", body_th__gt="")
        english = Q(title_en__gt="", body_en__gt="")
        wanted = {"both": thai & english, "th": thai & ~english, "en": english & ~thai}
        return queryset.filter(wanted[self.value()]) if self.value() in wanted else queryset
