"""A working copy on the page that readers would get: for the desk under `/admin/`, and under
`/preview/<token>/` for whoever was given a link.

Nothing on it leads out: no short link, no share button, no public address of a file.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from csp.decorators import csp_replace
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from news import media
from news.audit import note_view
from news.caching import never_keep
from news.freezing import freeze
from news.models import Derivative, PressRelease, SharedPreview, Version
from news.sharing.addresses import SITE_LANGUAGES
from news.thai.dates import bangkok_day
from news.views.dates import moment, unpublished_dates
from news.views.notices import release_notices
from news.views.page import error_page
from news.views.release_page import release_view, side_page

_PUBLIC_FILE = re.compile(r"/media/(?=[0-9a-f]{64}/)")
Path = Callable[[str], str]
framed_by_the_desk = csp_replace({"frame-ancestors": ["'self'"]})


@dataclass(frozen=True, slots=True)
class Banner:
    """What stands above a preview, in `lang`. `links` are (address, words)."""

    lang: str
    title: str
    text: str
    waiting: str = ""
    absent: str = ""
    links: tuple[tuple[str, str], ...] = ()


# -- for the desk --------------------------------------------------------------------------------


@require_safe
@xframe_options_sameorigin
@framed_by_the_desk
def preview(request: HttpRequest, pk: int, lang: str) -> HttpResponse:
    """The release `pk` as it would be published now, in `lang`, under a banner."""
    release = _known_release(request, pk)
    note_view(request.user, release)
    version, text = _frozen(release, lang)
    banner = Banner(
        translation.get_language(),
        gettext("Preview"),
        gettext("Only the desk sees this page. Nothing is published yet."),
        _waiting(release),
        gettext("There is no text in this language yet; this is what its page shows.")
        if text.lang != lang
        else "",
        (
            (reverse("desk_preview_sizes", args=(pk,)), gettext("On a phone and on a desk")),
            (reverse("admin:news_pressrelease_change", args=(pk,)), gettext("Back to editing")),
        ),
    )
    return _page(
        request,
        version,
        banner,
        lang=lang,
        path=lambda other: reverse("desk_preview", args=(pk, other)),
        files=_folder("desk_file"),
    )


@require_safe
@csp_replace({"frame-src": ["'self'"]})
def preview_sizes(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview at the width of a phone and of a desk, side by side."""
    release = _known_release(request, pk)
    languages = release.languages()
    if not languages:
        raise Http404("nothing to preview")
    asked = request.GET.get("lang", "")
    lang = asked if asked in SITE_LANGUAGES else languages[0]
    context = {
        "release": release,
        "lang": lang,
        "languages": [(code, f"?lang={code}", code == lang) for code in SITE_LANGUAGES],
        "url": reverse("desk_preview", args=(pk, lang)),
    }
    response = render(request, "pages/preview_sizes.html", context)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return never_keep(response)


@require_safe
def preview_file(request: HttpRequest, hash: str, name: str) -> HttpResponse:  # noqa: A002
    """A derivative or an attachment that may not be public yet."""
    _require_desk(request)
    found = get_object_or_404(Derivative, hash=hash)
    known = PressRelease.objects.seen_by(request.user, timezone.now())
    if not known.filter(_names(found)).exists():
        raise Http404("no such file")
    try:
        return _file(found, name)
    except FileNotFoundError:
        raise Http404("the file is lost") from None


def _known_release(request: HttpRequest, pk: int) -> PressRelease:
    _require_desk(request)
    known = PressRelease.objects.seen_by(request.user, timezone.now())
    return get_object_or_404(known.select_related("topic"), pk=pk)


def _require_desk(request: HttpRequest) -> None:
    if not request.user.has_perm("news.view_pressrelease"):
        raise PermissionDenied


# -- for whoever was given a link ----------------------------------------------------------------


@require_safe
def shared(request: HttpRequest, token: str, lang: str = "") -> HttpResponse:
    """The same under a link of its own: until it expires, is revoked, or the text is published."""
    found = _opened(token)
    languages = found.release.languages() if found else ()
    if not languages:
        return _closed(request, lang or "th")
    release = found.release
    if lang not in languages:
        address = reverse("root:shared_preview", args=(token, languages[0]))
        return _private(HttpResponseRedirect(address))
    with translation.override(lang):
        version, _text = _frozen(release, lang)
        banner = Banner(
            lang,
            gettext("Preview"),
            gettext(
                "This is a draft that may change. It is not published: please keep it to "
                "yourself. The link ends on %(date)s."
            )
            % {"date": moment(found.expires_at, lang).text},
            _waiting(release),
        )

    def path(other: str) -> str:
        known = other if other in languages else lang
        return reverse("root:shared_preview", args=(token, known))

    files = _folder("root:shared_preview_file", token)
    response = _page(request, version, banner, lang=lang, path=path, files=files)
    return _private(response)


@require_safe
def shared_file(request: HttpRequest, token: str, hash: str, name: str) -> HttpResponse:  # noqa: A002
    """A file of the release that the link is for, and of no other."""
    found = _opened(token)
    file = Derivative.objects.filter(hash=hash).first() if found else None
    if file is None or not PressRelease.objects.filter(_names(file), pk=found.release_id).exists():
        return _closed(request)
    try:
        return _private(_file(file, name))
    except FileNotFoundError:
        return _closed(request)


def _opened(token: str) -> SharedPreview | None:
    opened = SharedPreview.objects.opened_by(token, timezone.now())
    return opened.select_related("release__topic").first()


def _closed(request: HttpRequest, lang: str = "th") -> HttpResponse:
    """404 for every reason alike. Not the site's own, which counts what it is asked for."""
    with translation.override(lang):
        context = {"page": error_page(gettext("There is no preview at this address any more"))}
        response = render(request, "pages/404.html", context, status=404)
    response.headers["Content-Language"] = lang
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    # The address is the key: no page that is linked from here may learn it.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return never_keep(response)


# -- what both share -----------------------------------------------------------------------------


def as_if_published(release: PressRelease, at: datetime) -> Version:
    """An unsaved version with the numbers and moments that publishing at `at` would give it."""
    version = freeze(release=release)
    latest = release.versions.shown(at).order_by("-number").first()
    version.number = latest.number + 1 if latest else 1
    version.visible_from = version.last_changed = at
    version.first_published = latest.first_published if latest else at
    version.dated = version.dated or bangkok_day(version.first_published)
    return version


def _frozen(release: PressRelease, lang: str):
    version = as_if_published(release, timezone.now())
    text = version.text(lang) if lang in SITE_LANGUAGES else None
    if text is None:
        raise Http404("nothing to preview")
    return version, text


def _page(
    request: HttpRequest, version: Version, banner: Banner, *, lang: str, path: Path, files: str
) -> HttpResponse:
    """The page of `version` in `lang`; `path(language)` is its address, `files` its files'."""
    text = version.text(lang)
    with translation.override(lang):
        view = release_view(
            version,
            text,
            lang,
            release_notices(version, version, lang),
            lambda number: f"#photo-{number}",
            shared=False,
        )
        context = {
            "page": side_page(version, text, lang, path),
            "release": replace(view, dates=unpublished_dates(version, lang)),
            "banner": banner,
        }
        response = render(request, "pages/preview.html", context)
    # The public address of a file answers only for what is published; here the preview's own does.
    page = _PUBLIC_FILE.sub(files, response.content.decode())
    response.content = page.encode()
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Content-Language"] = lang
    return never_keep(response)


def _waiting(release: PressRelease) -> str:
    if not media.photos_without_derivatives(release):
        return ""
    return gettext("Some photos are still being prepared; reload in a moment.")


def _names(file: Derivative) -> Q:
    """That a release has `file` at the desk."""
    return Q(photos__sha256=file.master_sha256) | Q(attachments__sha256=file.master_sha256)


def _file(found: Derivative, name: str) -> HttpResponse:
    """Raises FileNotFoundError for one that is lost."""
    return never_keep(
        FileResponse(
            default_storage.open(found.path),
            content_type=found.content_type,
            filename=name,
            as_attachment=not found.content_type.startswith("image/"),
        )
    )


def _folder(view: str, *before: str) -> str:
    return reverse(view, args=(*before, "0" * 64, "x")).partition("0" * 64)[0]
