"""The screens round one release: an action's confirmation, its versions, its photos' thumbnails."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db.models import F, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext

from news import media, taking_back
from news.admin.actions import ACTIONS, ActionForm, DeskAction
from news.admin.comparing import TEXTS, Differences, differences
from news.admin.reading import ToBeRead, to_be_read
from news.admin.status import Standing, standing
from news.audit import note_view
from news.door import require_whole_texts
from news.freezing import digest, freeze
from news.images import derivatives
from news.images.recipes import WHOLE, derivative_hash, shaped
from news.models import Derivative, Photo, PressRelease, Version
from news.models.version import LANGUAGES
from news.sharing.addresses import release_path, version_path
from news.thai.dates import bangkok_day, format_datetime
from news.workflow import PublishingRefused

ENTRIES = 100
"""Of the audit trail on one page."""


class ReleaseViews(admin.ModelAdmin):
    """Mixed into the admin of press releases."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/versions/", view(self.versions), name="news_pressrelease_versions"),
            path("<int:pk>/changes/", view(self.changes), name="news_pressrelease_changes"),
            path(
                "<int:pk>/versions/<int:number>/take-back/",
                view(self.take_back),
                name="news_pressrelease_take_back",
            ),
            path("<int:pk>/do/<slug:name>/", view(self.action), name="news_pressrelease_action"),
            path("photos/<int:pk>/", view(self.thumbnail), name="news_photo_thumbnail"),
            *super().get_urls(),
        ]

    # -- who sees what -----------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Every screen, list, search and choice of releases starts from what the user may know."""
        return super().get_queryset(request).seen_by(request.user, timezone.now())

    def _may_know(self, request: HttpRequest, release: PressRelease | None) -> bool:
        return release is None or self.get_queryset(request).filter(pk=release.pk).exists()

    def has_view_permission(self, request: HttpRequest, obj: PressRelease | None = None) -> bool:
        return super().has_view_permission(request, obj) and self._may_know(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: PressRelease | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_know(request, obj)

    def possible_actions(
        self, request: HttpRequest, release: PressRelease, now: Standing
    ) -> list[DeskAction]:
        """What this user can do to this release now, in order."""
        return [action for action in ACTIONS.values() if action.is_offered_to(request.user, now)]

    # -- actions -----------------------------------------------------------------------------------

    def action(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Ask, confirm, do. A refusal comes back beside the answers."""
        release = self._release(request, pk)
        now = standing(release, timezone.now())
        action = ACTIONS.get(name)
        if action is None:
            raise Http404("no such action")
        if not action.is_open_to(request.user):
            raise PermissionDenied
        if not action.is_offered_to(request.user, now):
            messages.warning(
                request,
                gettext("You wrote part of this text yourself: somebody else has to look at it.")
                if action.is_possible(now)
                else gettext("This can't be done now: the release stands otherwise."),
            )
            return HttpResponseRedirect(self.change_url(release))
        answers = request.POST if request.method == "POST" else None
        form = action.form(answers, release=release, standing=now, user=request.user)
        if form.is_valid():
            done = self._done(request, action, release, form)
            if done is not None:
                return done
        note_view(request.user, release)
        return self._confirmation(request, action, release, now, form)

    def _done(
        self, request: HttpRequest, action: DeskAction, release: PressRelease, form: ActionForm
    ) -> HttpResponse | None:
        try:
            done = action.door(release=release, by=request.user, **form.arguments())
        except ValidationError as refusal:  # PublishingRefused, and what a database rule says
            form.add_error(None, ValidationError(refusal.messages))
            if getattr(refusal, "code", "") == "photos_waiting":
                media.queue_missing(release)  # what was given up overnight is tried once more
            return None
        if isinstance(done, Version):
            self._tell(request, action, done)
        else:
            messages.success(request, str(action.done))
        return HttpResponseRedirect(self.change_url(release))

    def _tell(self, request: HttpRequest, action: DeskAction, version: Version) -> None:
        ahead = version.visible_from > timezone.now() and action.done_ahead
        told = str(action.done_ahead if ahead else action.done) % {
            "number": version.number,
            "moment": format_datetime(version.visible_from, get_language()),
        }
        messages.success(request, self._with_link(told, version))

    @staticmethod
    def _with_link(told: str, version: Version) -> str:
        if not version.is_in_force(timezone.now()) or version.kind in Version.WITHOUT_TEXT:
            return told
        url = release_path(version.text(get_language()).lang, version.code, version.slug)
        return format_html('{} <a href="{}">{}</a>', told, url, gettext("See it on the site"))

    def _confirmation(
        self,
        request: HttpRequest,
        action: DeskAction,
        release: PressRelease,
        now: Standing,
        form: ActionForm,
    ) -> HttpResponse:
        context = self._context(request, release, action.title) | {
            "action": action,
            "form": form,
            "standing": now,
            "moment": "at" in form.fields,
            "draft": self._to_be_read(release, action, now),
            "photos": _unprepared(release) if action.shows_text else None,
            "differences": self._changes_to_show(release, action, now),
            "blocked": self._blocked(release) if action.shows_text else "",
        }
        return TemplateResponse(request, "admin/news/pressrelease/action.html", context)

    @staticmethod
    def _to_be_read(release: PressRelease, action: DeskAction, now: Standing) -> ToBeRead | None:
        if action.shows_text:
            return to_be_read(release, freeze(release=release))
        if action.shows_forced and now.review.forced is not None:
            number = now.review.forced.version_number
            return to_be_read(release, release.versions.get(number=number))
        return None

    @staticmethod
    def _changes_to_show(
        release: PressRelease, action: DeskAction, now: Standing
    ) -> Differences | None:
        """What differs from what readers have; None where all of it is new to them."""
        if not action.shows_text or now.live is None:
            return None
        return changes_since(release, now.live)

    @staticmethod
    def _blocked(release: PressRelease) -> str:
        """What the text lacks before anybody can be asked to look at it; empty where nothing."""
        try:
            require_whole_texts(release)
        except PublishingRefused as refusal:
            return " ".join(refusal.messages)
        return ""

    # -- versions ----------------------------------------------------------------------------------

    def versions(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Every version that readers have seen or will see, the newest first."""
        release = self._release(request, pk)
        at = timezone.now()
        note_view(request.user, release)
        shown = release.versions.exclude(visible_until=F("visible_from")).order_by("-number")
        gone = release.versions.live(at).filter(kind=Version.Kind.GONE).exists()
        rows = [
            {
                "version": version,
                "scheduled": version.visible_from > at,
                "tone": _tone(version, at),
                "may_take_back": bool(version.languages)
                and self.has_change_permission(request, release),
                "links": ()
                if gone or version.visible_from > at
                else [
                    (lang, version_path(lang, version.code, version.number))
                    for lang in version.languages
                ],
            }
            for version in shown
        ]
        context = self._context(request, release, gettext("Published versions")) | {"rows": rows}
        return TemplateResponse(request, "admin/news/pressrelease/versions.html", context)

    # -- comparing ---------------------------------------------------------------------------------

    def changes(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The working copy beside the version that readers have, or beside `?version=n`."""
        release = self._release(request, pk)
        note_view(request.user, release)
        versions = list(versions_with_text(release))
        asked = request.GET.get("version", "")
        chosen = next((v for v in versions if str(v.number) == asked), None)
        if chosen is None:
            chosen = compared_with(standing(release, timezone.now()))
        context = self._context(request, release, gettext("Changes")) | {
            "versions": versions,
            "chosen": chosen,
            "differences": None if chosen is None else changes_since(release, chosen),
        }
        return TemplateResponse(request, "admin/news/pressrelease/changes.html", context)

    def take_back(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Show what the desk would lose, then bring the version's content to it."""
        release = self._release(request, pk)
        if not self.has_change_permission(request, release):
            raise PermissionDenied
        version = next((v for v in versions_with_text(release) if v.number == number), None)
        if version is None:
            raise Http404("no such version")
        refused: list[str] = []
        if request.method == "POST":
            seen = request.POST.get("seen", "")
            try:
                taking_back.take_back(release=release, number=number, by=request.user, seen=seen)
            except ValidationError as refusal:
                refused = refusal.messages
                release = self._release(request, pk)  # as somebody else has saved it meanwhile
            else:
                told = gettext("Version %(number)d is at the desk. Readers see no change yet.")
                messages.success(request, told % {"number": number})
                return HttpResponseRedirect(self.change_url(release))
        draft = freeze(release=release)
        context = self._context(request, release, gettext("Take this version to the desk")) | {
            "version": version,
            "seen": digest(release, draft),
            "differences": differences(_with_what_is_unfinished(draft, release), version),
            "refused": refused,
        }
        return TemplateResponse(request, "admin/news/pressrelease/take_back.html", context)

    # -- history -----------------------------------------------------------------------------------

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        """Who did what to the release: its part of the audit trail, the newest first."""
        release = self._release(request, unquote(object_id))
        note_view(request.user, release)
        page = self.get_paginator(
            request, release.audit_entries.select_related("actor").order_by("-pk"), ENTRIES
        ).get_page(request.GET.get("p"))
        context = self._context(request, release, gettext("History of editing")) | {"page": page}
        return TemplateResponse(request, "admin/news/pressrelease/history.html", context)

    # -- photos ------------------------------------------------------------------------------------

    def thumbnail(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A photo of the desk, small: the derivative once it is there, until then made here."""
        photo = Photo.objects.filter(pk=pk).select_related("release").first()
        if photo is None:
            raise Http404("no such photo")
        if not self.has_view_permission(request, photo.release):
            raise PermissionDenied
        recipe = next(r for r in shaped(WHOLE, photo.width, photo.height) if r.format == "jpeg")
        made = Derivative.objects.filter(hash=derivative_hash(photo.sha256, recipe)).first()
        if made is not None:
            return FileResponse(default_storage.open(made.path), content_type=made.content_type)
        with default_storage.open(photo.file.name) as original:
            return HttpResponse(
                derivatives.make(original, recipe), content_type=recipe.content_type
            )

    # -- shared ------------------------------------------------------------------------------------

    def _release(self, request: HttpRequest, pk: int | str) -> PressRelease:
        release = self.get_object(request, str(pk))
        if release is None:
            raise Http404("no such release")
        if not self.has_view_permission(request, release):
            raise PermissionDenied
        return release

    def _context(self, request: HttpRequest, release: PressRelease, title: Any) -> dict:
        return self.admin_site.each_context(request) | {
            "opts": self.opts,
            "original": release,
            "title": title,
            "subtitle": str(release),
        }

    @staticmethod
    def change_url(release: PressRelease) -> str:
        return reverse("admin:news_pressrelease_change", args=(release.pk,))


def _tone(version: Version, at: datetime) -> str:
    """How a version's badge looks: "scheduled", "live", or how the release ended by it; empty for
    one that another has followed.
    """
    if version.visible_from > at:
        return "scheduled"
    if not version.is_in_force(at):
        return ""
    return "live" if version.is_listed_kind else version.kind


def versions_with_text(release: PressRelease) -> QuerySet[Version]:
    """The versions that can be looked at and taken back, the newest first."""
    shown = release.versions.exclude(visible_until=F("visible_from"))
    return shown.exclude(kind__in=Version.WITHOUT_TEXT).order_by("-number")


def compared_with(now: Standing) -> Version | None:
    """The version that the working copy is compared with unless another is asked for."""
    chosen = now.scheduled or now.live
    return chosen if chosen is not None and chosen.languages else None


def changes_since(release: PressRelease, version: Version) -> Differences:
    draft = freeze(release=release)
    # Left empty at the desk, it became the day of the first publication.
    draft.dated = draft.dated or bangkok_day(version.first_published)
    return differences(version, draft)


def _with_what_is_unfinished(draft: Version, release: PressRelease) -> Version:
    """`draft` with the text in a language that can't be published yet: it may be lost as well."""
    for language in LANGUAGES:
        if language not in draft.languages:
            for name in TEXTS:
                field = f"{name}_{language}"
                setattr(draft, field, getattr(release, field) or "")
    return draft


def _unprepared(release: PressRelease) -> dict[str, int]:
    """How many photos publishing waits for: those that are on their way, and those given up."""
    missing = media.photos_without_derivatives(release)
    stuck = len(media.given_up(missing)) if missing else 0
    return {"waiting": len(missing) - stuck, "given_up": stuck}
