"""What was typed and not saved: kept every few seconds, offered when the form is opened again.

What is kept is a row of its own. It changes no working copy, so it ends no approval and shows
nobody anything; saving the form, an erasure and discarding a draft clear it.

Each opened form has a key, under which its text is kept: whatever is typed in another window, or
before one has chosen what to do with an older text, overwrites nothing.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
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
from django.utils import timezone
from django.utils.translation import get_language

from news.models import Autosave, PressRelease, UnsavedText
from news.models.version import LANGUAGES
from news.thai.dates import format_datetime

LARGEST = 4 * 1024**2
"""Bytes of a form. A text of this size is no press release."""

SECONDS = 20
"""What a power cut takes at most."""

MOST_KEPT = 8
"""Texts of one person for one release, and for releases that are not saved yet. The oldest go."""

KEY = "autosave_key"
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "new_photos", "new_attachments", KEY})
RESTORE = "restore"
"""The query parameter that opens a form with what was kept: the key of its row."""

_IS_KEY = re.compile("[0-9a-f]{0,32}")
_IS_NUMBER = re.compile("[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Offer:
    """A kept text that a form offers to restore."""

    pk: int
    title: str
    lang: str
    saved_at: datetime
    saved_since: bool
    """Whether the release was saved after that."""


class AutosavedForm(forms.ModelForm):
    """A form with the key by which its text is kept: one that comes back with errors has the same.

    A form without a key was opened in the last version of the site.
    """

    autosave_key = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        sent = self.data.get(self.add_prefix(KEY), "")
        self.initial[KEY] = sent if self.is_bound else secrets.token_hex(16)


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
        release, key = self._written(request), request.POST.get(KEY, "")
        if not _IS_KEY.fullmatch(key):
            return JsonResponse({}, status=400)
        values = {
            # Pasted with the text of some PDFs; PostgreSQL has no place for it, nor has the record.
            name: [text.replace("\0", "") for text in held]
            for name, held in request.POST.lists()
            if name not in NOT_KEPT
        }
        values.pop("autosave_release", None)
        if sum(len(text) for held in values.values() for text in held) > LARGEST:
            return JsonResponse({}, status=413)
        kept, is_new = UnsavedText.objects.update_or_create(
            user=request.user,
            release=release,
            key=key,
            defaults={"values": values, "saved_at": timezone.now()},
        )
        if is_new:
            _forget_the_oldest(_kept(request.user, release))
        return JsonResponse({"at": format_datetime(kept.saved_at, get_language()), "kept": kept.pk})

    def discard_autosave(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        release = self._written(request)
        chosen = _chosen(_kept(request.user, release), request.POST.get("autosave", ""))
        if chosen is not None:
            chosen.delete()
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
        """What the form's page says of kept texts; fills one in where that was asked for."""
        release = context.get("original")
        is_opened = request.method == "GET"
        shared = {
            "autosave_seconds": SECONDS,
            "autosave_user": request.user.pk,
            "autosave_opened": is_opened,
        }
        if not is_opened:
            return shared
        _take_over(request.user)
        kept = _kept(request.user, release)
        restored = _chosen(kept, request.GET.get(RESTORE, ""))
        if restored is None:
            return shared | {"autosaves": [_offer(each, release) for each in kept]}
        _fill(context, restored.values)
        # From now on it is this window's. One that has the text open still begins a row of its own.
        kept.filter(pk=restored.pk).update(key=context["adminform"].form.initial[KEY])
        return shared | {"autosave_restored": restored}


def forget(user, release: PressRelease | None, key: str) -> None:
    """What was kept of a form is saved now."""
    _kept(user, release).filter(key=key).delete()
    if not key:  # opened in the last version, which may have kept it as well
        Autosave.objects.filter(user=user, release=release).delete()


def _kept(user, release: PressRelease | None) -> QuerySet[UnsavedText]:
    """The newest first."""
    kept = UnsavedText.objects.filter(user=user, release=release)
    return kept.order_by("-saved_at", "-pk")


def _chosen(kept: QuerySet[UnsavedText], named: str) -> UnsavedText | None:
    return kept.filter(pk=int(named)).first() if _IS_NUMBER.fullmatch(named) else None


def _forget_the_oldest(kept: QuerySet[UnsavedText]) -> None:
    too_many = list(kept.values_list("pk", flat=True)[MOST_KEPT:])
    UnsavedText.objects.filter(pk__in=too_many).delete()


def _take_over(user) -> None:
    """Make what the last version of the site kept, or keeps still, texts of this one."""
    for old in Autosave.objects.filter(user=user):
        with transaction.atomic():
            gone, _rows = Autosave.objects.filter(pk=old.pk).delete()
            if gone:  # another window may have been first
                UnsavedText.objects.create(
                    user=user,
                    release_id=old.release_id,
                    key=secrets.token_hex(16),
                    values=old.values,
                    saved_at=old.saved_at,
                )


def _offer(kept: UnsavedText, release: PressRelease | None) -> Offer:
    titles = {lang: "".join(kept.values.get(f"title_{lang}", ())).strip() for lang in LANGUAGES}
    lang = next((lang for lang, title in titles.items() if title), "")
    since = release is not None and release.updated_at > kept.saved_at
    return Offer(kept.pk, titles.get(lang, ""), lang, kept.saved_at, since)


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
