"""What was typed and not saved: kept every few seconds, offered when the form is opened again.

An autosave is a row of its own. It changes no working copy, so it ends no approval and shows
nobody anything; saving the form, an erasure and discarding a draft clear it.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms.models import BaseInlineFormSet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.middleware.csrf import get_token
from django.urls import path, reverse
from django.utils.translation import get_language

from news.models import Autosave, PressRelease
from news.thai.dates import format_datetime

LARGEST = 4 * 1024**2
"""Bytes of a form. A text of this size is no press release."""

SECONDS = 20
"""What a power cut takes at most."""

NOT_KEPT = frozenset({"csrfmiddlewaretoken", "new_photos", "new_attachments"})
RESTORE = "restore"
"""The query parameter that opens a form with what was kept."""


class AutosaveViews(admin.ModelAdmin):
    """Mixed into the admin of press releases."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("autosave/", view(self.autosave), name="news_autosave"),
            path("autosave/discard/", view(self.discard_autosave), name="news_autosave_discard"),
            *super().get_urls(),
        ]

    def autosave(self, request: HttpRequest) -> HttpResponse:
        """POST the form's inputs to keep them. GET tells who is signed in, and their token: after
        signing in again elsewhere a page that stayed open needs both.
        """
        if request.method == "GET":
            return JsonResponse({"user": request.user.pk, "token": get_token(request)})
        if request.method != "POST":
            return HttpResponseNotAllowed(["GET", "POST"])
        release = self._written(request)
        values = {name: held for name, held in request.POST.lists() if name not in NOT_KEPT}
        values.pop("autosave_release", None)
        if sum(len(text) for held in values.values() for text in held) > LARGEST:
            return JsonResponse({}, status=413)
        kept, _made = Autosave.objects.update_or_create(
            user=request.user, release=release, defaults={"values": values}
        )
        return JsonResponse({"at": format_datetime(kept.saved_at, get_language())})

    def discard_autosave(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        release = self._written(request)
        forget(request.user, release)
        if release is None:
            return HttpResponseRedirect(reverse("admin:news_pressrelease_add"))
        return HttpResponseRedirect(reverse("admin:news_pressrelease_change", args=(release.pk,)))

    def _written(self, request: HttpRequest) -> PressRelease | None:
        """The release that the form is of; None for a new one. Raises PermissionDenied."""
        key = request.POST.get("autosave_release", "")
        release = self.get_object(request, key) if key else None
        allowed = (
            self.has_change_permission(request, release)
            if release is not None
            else not key and self.has_add_permission(request)
        )
        if not allowed:
            raise PermissionDenied
        return release

    def autosave_context(self, request: HttpRequest, context: dict) -> dict:
        """What the form's page says of a kept text; fills it in where that was asked for."""
        release = context.get("original")
        shared = {"autosave_seconds": SECONDS, "autosave_user": request.user.pk}
        if request.method != "GET":
            return shared
        kept = Autosave.objects.filter(user=request.user, release=release).first()
        if kept is None:
            return shared
        restored = RESTORE in request.GET
        if restored:
            _fill(context, kept.values)
        return shared | {
            "autosave": kept,
            "autosave_restored": restored,
            "saved_since": release is not None and release.updated_at > kept.saved_at,
        }


def forget(user, release: PressRelease | None) -> None:
    Autosave.objects.filter(user=user, release=release).delete()


def _fill(context: dict, values: dict[str, list[str]]) -> None:
    """Show what was kept in the forms of the page, in place of what is saved."""
    data = QueryDict(mutable=True)
    for name, held in values.items():
        data.setlist(name, held)
    _fill_form(context["adminform"].form, data)
    for inline in context["inline_admin_formsets"]:
        _fill_formset(inline.formset, data)


def _fill_form(form: forms.BaseForm, data: QueryDict, prefix: str | None = None) -> None:
    for name, field in form.fields.items():
        html_name = f"{prefix}-{name}" if prefix else form.add_prefix(name)
        if isinstance(field, forms.FileField) or not _holds(field, data, html_name):
            continue
        form.initial[name] = field.widget.value_from_datadict(data, {}, html_name)


def _holds(field: forms.Field, data: QueryDict, html_name: str) -> bool:
    """Whether the browser sent the field at all; an empty tick box it doesn't send."""
    return not field.widget.value_omitted_from_data(data, {}, html_name)


def _fill_formset(formset: BaseInlineFormSet, data: QueryDict) -> None:
    """Row by row, by the rows' keys: their order may have changed, or some may be gone."""
    key = formset.model._meta.pk.name
    kept: dict[str, Any] = {}
    index = 0
    while f"{formset.prefix}-{index}-{key}" in data:
        prefix = f"{formset.prefix}-{index}"
        kept[data[f"{prefix}-{key}"]] = prefix
        index += 1
    for form in formset.forms:
        prefix = kept.get(str(form.instance.pk))
        if prefix:
            _fill_form(form, data, prefix)
