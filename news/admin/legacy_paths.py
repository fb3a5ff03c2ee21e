"""Addresses of the former site and where they lead."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from news.admin.known import NamesReleases
from news.admin.site_revision import RevisesSite
from news.importing.paths import canonical
from news.models import LegacyPath
from news.shown import moment


class LegacyPathForm(forms.ModelForm):
    """Takes an address as it was copied from somewhere, and keeps it in its one form."""

    def clean_path(self) -> str:
        path = canonical(self.cleaned_data["path"])
        if not path:
            raise ValidationError(_("This is the address of no page."), "no_path")
        return path


@admin.register(LegacyPath)
class LegacyPathAdmin(NamesReleases, RevisesSite):
    form = LegacyPathForm
    fields = ("path", "release")
    autocomplete_fields = ("release",)
    list_display = ("path", "release", "created")
    list_select_related = ("release",)
    search_fields = ("path", "release__title_th", "release__title_en", "release__code")
    ordering = ("path",)

    @admin.display(description=_("created"), ordering="created_at")
    def created(self, path: LegacyPath) -> str:
        return moment(path.created_at)
