"""Two people at one release: each sees the other's name, and neither overwrites the other.

A form carries the revision of the working copy that it was opened with. Where another one was saved
since, nothing is saved: the screen shows what was typed beside what is saved now, and saving again
means that both were read.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext

from news.admin.comparing import Row
from news.html import plain
from news.models import AuditEntry, DeskPresence, PressRelease
from news.thai.comparing import compared

BEAT_SECONDS = 30
"""How often an open form says that it is open; see `DeskPresenceQuerySet.here`."""


class TogetherViews(admin.ModelAdmin):
    """Mixed into the admin of press releases."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/here/", view(self.here), name="news_pressrelease_here"),
            *super().get_urls(),
        ]

    def here(self, request: HttpRequest, pk: int) -> JsonResponse:
        """POSTed by an open form: who else has it open, and whether it was saved meanwhile."""
        release = self.get_object(request, str(pk))
        if release is None or request.method != "POST":
            return JsonResponse({}, status=404)
        return JsonResponse({"others": come(request.user, release), "revision": release.revision})

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> PressRelease | None:
        """A release that is about to be saved is locked first: of two savers one comes second, and
        is told so.
        """
        release = super().get_object(request, object_id, from_field)
        if release is None or request.method != "POST" or not connection.in_atomic_block:
            return release
        PressRelease.objects.select_for_update().filter(pk=release.pk).values("pk").get()
        return super().get_object(request, object_id, from_field)

    def together_context(self, request: HttpRequest, release: PressRelease) -> dict:
        return {"others_here": come(request.user, release), "beat_seconds": BEAT_SECONDS}


def come(user, release: PressRelease) -> list[str]:
    """Note that `user` has `release` open; returns the names of the others who have."""
    at = timezone.now()
    DeskPresence.objects.update_or_create(release=release, user=user, defaults={"seen_at": at})
    others = DeskPresence.objects.here(release, at).exclude(user=user)
    return [presence.user.get_full_name() or presence.user.get_username() for presence in others]


class OneAtATimeForm(forms.ModelForm):
    """A form that knows when the row it was opened with has been saved by somebody else."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial["revision"] = self.instance.revision
        self.conflict: tuple[Row, ...] = ()
        self.is_behind = False
        self.saved_by = ""

    def clean(self) -> dict:
        cleaned = super().clean()
        sent, now = cleaned.get("revision"), self.instance.revision
        if self.instance.pk and sent is not None and sent != now:
            self.is_behind = True
            self.conflict = tuple(self._both(cleaned))
            self.saved_by = _last_saver(self.instance)
            # Sent again, it is sent by somebody who has seen what the other one saved.
            self.data = self.data.copy()
            self.data[self.add_prefix("revision")] = str(now)
            self.add_error(None, forms.ValidationError(_told(self.saved_by), "conflict"))
        return cleaned

    def _both(self, cleaned: dict) -> Iterator[Row]:
        """What is saved, marked as removed, beside what was typed, marked as added."""
        saved = PressRelease.objects.get(pk=self.instance.pk)
        for name, typed in cleaned.items():
            if not hasattr(saved, name) or name == "revision":
                continue
            was, wanted = getattr(saved, name), typed
            if name == "cover":  # chosen by nobody, it is the first photo
                first = saved.photos.first()
                was, wanted = was or first, wanted or first
            if row := _row(self.fields[name], name, was, wanted):
                yield row


_NOT_WORDS = frozenset({"id", "position", "release"})


def rows_of_files(formset: forms.BaseModelFormSet) -> Iterator[Row]:
    """The same of a release's photos or attachments: their words, and the order that they are in.

    What the sender removes is left out: that was a choice.
    """
    saved = formset.model.objects.in_bulk([form.instance.pk for form in formset.initial_forms])
    kept = [
        form for form in formset.initial_forms
        if form.is_valid() and not form.cleaned_data.get("DELETE") and form.instance.pk in saved
    ]  # fmt: skip
    for form in kept:
        was = saved[form.instance.pk]
        for name, typed in form.cleaned_data.items():
            if name in _NOT_WORDS or not hasattr(was, name):
                continue
            if row := _row(form.fields[name], name, getattr(was, name), typed):
                yield replace(row, label=f"{was}: {row.label}")

    def in_order(place: Callable[[forms.ModelForm], int]) -> str:
        return ", ".join(str(saved[form.instance.pk]) for form in sorted(kept, key=place))

    order = in_order(lambda form: saved[form.instance.pk].position)
    wanted = in_order(lambda form: form.cleaned_data["position"] or 0)
    if order != wanted:
        yield Row(gettext("Order"), tuple(compared(order, wanted)))


def _row(field: forms.Field, name: str, was: object, typed: object) -> Row | None:
    """How the words of a field differ; None where they don't."""
    old, new = (_words(name, value) for value in (was, typed))
    if old == new:
        return None
    return Row(str(field.label), tuple(compared(old, new)), getattr(field, "language", ""))


def _words(name: str, value: Any) -> str:
    if hasattr(value, "all"):  # people
        return ", ".join(sorted(each.get_full_name() or str(each) for each in value.all()))
    text = "" if value is None else str(value).strip()
    return plain(text) if name.startswith("body_") else text


def _last_saver(release: PressRelease) -> str:
    saves = release.audit_entries.filter(action__in=AuditEntry.WRITING).order_by("-pk")
    return saves.values_list("actor_name", flat=True).first() or ""


def _told(name: str) -> str | Promise:
    if not name:
        return gettext("Somebody else has saved this release since you opened it.")
    return gettext("%(name)s has saved this release since you opened it.") % {"name": name}
