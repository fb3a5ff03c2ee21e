"""Short links: every release's own code, and aliases that editors add."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from news.admin.known import NamesReleases
from news.admin.site_revision import RevisesSite
from news.models import ShortLink
from news.models.short_link import ALIAS_PATTERN, LONGEST_ALIAS, RESERVED_KEYS
from news.shown import moment


class AliasForm(forms.ModelForm):
    """A new alias. Once given out it is on paper somewhere: it can't be changed or deleted."""

    def clean_key(self) -> str:
        key = self.cleaned_data["key"].strip().lower()
        if not ALIAS_PATTERN.fullmatch(key) or len(key) > LONGEST_ALIAS:
            raise ValidationError(
                _("An alias has 3 to 40 letters a-z and digits, single hyphens between them."),
                "bad_alias",
            )
        if key in RESERVED_KEYS:
            raise ValidationError(_("This word has another meaning in addresses."), "reserved")
        return key


@admin.register(ShortLink)
class ShortLinkAdmin(NamesReleases, RevisesSite):
    form = AliasForm
    fields = ("key", "release")
    autocomplete_fields = ("release",)
    list_display = ("address", "release", "kind", "created")
    list_filter = ("kind",)
    list_select_related = ("release",)
    search_fields = ("key", "release__title_th", "release__title_en", "release__code")
    ordering = ("-created_at", "-pk")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        context = {"title": gettext("Add an alias")} | (extra_context or {})
        return super().add_view(request, form_url, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict | None = None,
    ) -> HttpResponse:
        """Named by what it is: Django's Thai for "view" would run into the Latin word."""
        context = {"title": capfirst(gettext("short link"))} | (extra_context or {})
        return super().change_view(request, object_id, form_url, context)

    @admin.display(description=_("short link"), ordering="key")
    def address(self, link: ShortLink) -> str:
        return f"/s/{link.key}"

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, link: ShortLink) -> str:
        return moment(link.created_at)

    def has_change_permission(self, request: HttpRequest, obj: ShortLink | None = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ShortLink | None = None) -> bool:
        return False
