"""The screens round one release: an action's confirmation, its versions, its photos' thumbnails."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db.models import F
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext

from news import media, publishing
from news.admin.actions import ACTIONS, ActionForm, DeskAction
from news.admin.status import Standing, standing
from news.images import derivatives
from news.images.recipes import WHOLE, derivative_hash, shaped
from news.models import Derivative, Photo, PressRelease, Version
from news.models.version import Text
from news.sharing.addresses import release_path, version_path
from news.thai.dates import format_datetime


class ReleaseViews(admin.ModelAdmin):
    """Mixed into the admin of press releases."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/versions/", view(self.versions), name="news_pressrelease_versions"),
            path("<int:pk>/do/<slug:name>/", view(self.action), name="news_pressrelease_action"),
            path("photos/<int:pk>/", view(self.thumbnail), name="news_photo_thumbnail"),
            *super().get_urls(),
        ]

    def has_publish_permission(self, request: HttpRequest, release: PressRelease) -> bool:
        return self.has_change_permission(request, release)

    def possible_actions(
        self, request: HttpRequest, release: PressRelease, now: Standing
    ) -> list[DeskAction]:
        """What this user can do to this release now, in order."""
        if not self.has_publish_permission(request, release):
            return []
        return [
            action
            for action in ACTIONS.values()
            if action.possible(now) and (request.user.is_superuser or not action.ends)
        ]

    # -- actions -----------------------------------------------------------------------------------

    def action(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Ask, confirm, do. A refusal comes back beside the answers."""
        release = self._release(request, pk)
        now = standing(release, timezone.now())
        action = ACTIONS.get(name)
        if action is None:
            raise Http404("no such action")
        if not self.has_publish_permission(request, release) or (
            action.ends and not request.user.is_superuser
        ):
            raise PermissionDenied
        if not action.possible(now):
            messages.warning(
                request, gettext("This can't be done now: the release stands otherwise.")
            )
            return HttpResponseRedirect(self.change_url(release))
        answers = request.POST if request.method == "POST" else None
        form = action.form(answers, release=release, standing=now)
        if form.is_valid():
            done = self._done(request, action, release, form)
            if done is not None:
                return done
        return self._confirmation(request, action, release, now, form)

    def _done(
        self, request: HttpRequest, action: DeskAction, release: PressRelease, form: ActionForm
    ) -> HttpResponse | None:
        try:
            version = action.door(release=release, by=request.user, **form.arguments())
        except ValidationError as refusal:  # PublishingRefused, and what a database rule says
            form.add_error(None, ValidationError(refusal.messages))
            return None
        ahead = version.visible_from > timezone.now() and action.done_ahead
        told = str(action.done_ahead if ahead else action.done) % {
            "number": version.number,
            "moment": format_datetime(version.visible_from, get_language()),
        }
        self.log_change(request, release, told)
        messages.success(request, self._with_link(told, version))
        return HttpResponseRedirect(self.change_url(release))

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
            "draft": draft_shown(release) if action.shows_text else None,
            "waiting": len(media.photos_without_derivatives(release)) if action.shows_text else 0,
        }
        return TemplateResponse(request, "admin/news/pressrelease/action.html", context)

    # -- versions ----------------------------------------------------------------------------------

    def versions(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Every version that readers have seen or will see, the newest first."""
        release = self._release(request, pk)
        at = timezone.now()
        shown = release.versions.exclude(visible_until=F("visible_from")).order_by("-number")
        gone = release.versions.live(at).filter(kind=Version.Kind.GONE).exists()
        rows = [
            {
                "version": version,
                "scheduled": version.visible_from > at,
                "live": version.is_in_force(at),
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

    def _release(self, request: HttpRequest, pk: int) -> PressRelease:
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


def draft_shown(release: PressRelease) -> dict:
    """The working copy as the door would freeze it: what the confirmation shows."""
    version = publishing.freeze(release=release)
    return {
        "texts": [_text_shown(version.text(language)) for language in version.languages],
        "topic": version.topic,
        "version": version,
        "photos": release.photos.all(),
        "files": version.files,
    }


def _text_shown(text: Text) -> dict:
    return {
        "lang": text.lang,
        "title": text.title,
        "summary": text.summary,
        "body": mark_safe(text.body),  # noqa: S308 - `freeze` has just sanitised it
        "gallery_description": text.gallery_description,
    }
