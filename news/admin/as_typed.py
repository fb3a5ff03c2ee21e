"""The editor's choice between a tidied text and the text as it was typed or pasted.

What a paste brings is told at once; saving mends it, unless the editor keeps it. A text that was
kept stays as it is through later savings, until it is given up there or on the page that cleans.
"""

from collections.abc import Container
from dataclasses import dataclass

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from news.admin.bilingual import CleanTextForm, named
from news.checking.drafts import LANGUAGES
from news.html import plain
from news.thai.text import clean

TEXTS = ("title", "summary", "body", "gallery_description", "contact")
FIELDS = [f"{name}_{language}" for name in TEXTS for language in LANGUAGES]
LONGEST = 200_000
"""Characters of a paste that are looked at; a longer one is no press release."""


@dataclass(frozen=True, slots=True)
class Unusual:
    """A field whose text has something that saving would mend: `found` says what."""

    field: str
    label: str
    found: str
    is_kept: bool


class AsTypedForm(CleanTextForm):
    as_typed = forms.MultipleChoiceField(
        choices=[(field, field) for field in FIELDS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Keep it as it was typed"),
    )

    AS_TYPED_FIELDS = " ".join(FIELDS)
    """For the script of the page."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        stands = [field for field in FIELDS if _found(field, self.initial.get(field))]
        self.initial.setdefault("as_typed", stands)

    @property
    def kept_as_typed(self) -> Container[str]:
        return self.cleaned_data.get("as_typed", ())

    def unusual(self) -> list[Unusual]:
        """What the page offers to keep when it is opened, or comes back with an error."""
        kept = self["as_typed"].value() or ()
        return [
            Unusual(field, self.fields[field].label, found, field in kept)
            for field in FIELDS
            if field in self.fields and (found := _found(field, self[field].value()))
        ]


def _found(field: str, text: str | None) -> str:
    if not text:
        return ""
    return named(clean(plain(text) if field.startswith("body") else text).counts)


class PastedViews(admin.ModelAdmin):
    """Mixed into the admin of press releases."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view(self.pasted)
        return [path("pasted/", view, name="news_pasted"), *super().get_urls()]

    def pasted(self, request: HttpRequest) -> HttpResponse:
        """POST a `text` that was pasted: what saving would mend in it, in words, is `found`."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_add_permission(request) and not self.has_change_permission(request):
            raise PermissionDenied
        return JsonResponse({"found": named(clean(request.POST.get("text", "")[:LONGEST]).counts)})
