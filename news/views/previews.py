"""A working copy on the page that readers would get. For the desk alone: routed under `/admin/`."""

import re
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from news import media
from news.audit import note_view
from news.caching import never_keep
from news.freezing import freeze
from news.models import Derivative, PressRelease, Version
from news.sharing.addresses import SITE_LANGUAGES
from news.thai.dates import bangkok_day
from news.views.notices import release_notices
from news.views.release_page import release_view, side_page

_PUBLIC_FILE = re.compile(r"/media/(?=[0-9a-f]{64}/)")


@require_safe
def preview(request: HttpRequest, pk: int, lang: str) -> HttpResponse:
    """The release `pk` as it would be published now, in `lang`, under a banner."""
    _require_desk(request)
    known = PressRelease.objects.seen_by(request.user, timezone.now())
    release = get_object_or_404(known.select_related("topic"), pk=pk)
    note_view(request.user, release)
    version = as_if_published(release, timezone.now())
    text = version.text(lang) if lang in SITE_LANGUAGES else None
    if text is None:
        raise Http404("nothing to preview")
    waiting = len(media.photos_without_derivatives(release))
    banner = {
        "lang": translation.get_language(),
        "title": gettext("Preview"),
        "text": gettext("Only the desk sees this page. Nothing is published yet."),
        "waiting": gettext("Some photos are still being prepared; reload in a moment.")
        if waiting
        else "",
        "absent": gettext("There is no text in this language yet; this is what its page shows.")
        if text.lang != lang
        else "",
        "edit": gettext("Back to editing"),
        "edit_url": reverse("admin:news_pressrelease_change", args=(pk,)),
    }
    with translation.override(lang):
        context = {
            "page": side_page(version, text, lang, lambda other: _path(pk, other)),
            "release": release_view(
                version,
                text,
                lang,
                release_notices(version, version, lang),
                lambda number: f"#photo-{number}",
            ),
            "banner": banner,
        }
        response = render(request, "pages/preview.html", context)
    # The public address of a file answers only for what is published; here the desk's own does.
    page = _PUBLIC_FILE.sub(_desk_files(), response.content.decode())
    response.content = page.encode()
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Content-Language"] = lang
    return never_keep(response)


def as_if_published(release: PressRelease, at: datetime) -> Version:
    """An unsaved version with the numbers and moments that publishing at `at` would give it."""
    version = freeze(release=release)
    latest = release.versions.shown(at).order_by("-number").first()
    version.number = latest.number + 1 if latest else 1
    version.visible_from = version.last_changed = at
    version.first_published = latest.first_published if latest else at
    version.dated = version.dated or bangkok_day(version.first_published)
    return version


@require_safe
def preview_file(request: HttpRequest, hash: str, name: str) -> HttpResponse:  # noqa: A002
    """A derivative or an attachment that may not be public yet."""
    _require_desk(request)
    found = get_object_or_404(Derivative, hash=hash)
    if not _is_in_a_known_release(request, found):
        raise Http404("no such file")
    return never_keep(
        FileResponse(
            default_storage.open(found.path),
            content_type=found.content_type,
            filename=name,
            as_attachment=not found.content_type.startswith("image/"),
        )
    )


def _require_desk(request: HttpRequest) -> None:
    if not request.user.has_perm("news.view_pressrelease"):
        raise PermissionDenied


def _is_in_a_known_release(request: HttpRequest, file: Derivative) -> bool:
    known = PressRelease.objects.seen_by(request.user, timezone.now())
    return known.filter(
        Q(photos__sha256=file.master_sha256) | Q(attachments__sha256=file.master_sha256)
    ).exists()


def _path(pk: int, lang: str) -> str:
    return reverse("desk_preview", args=(pk, lang))


def _desk_files() -> str:
    return reverse("desk_file", args=("0" * 64, "x")).partition("0" * 64)[0]
