"""The pages of one release: its own, its old versions, its photos."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext

from news.caching import Basis, Frame, Moment, reader, rests_on
from news.caching.stencils import stencils
from news.corrections import told
from news.models import Topic, Version
from news.models.version import Text
from news.neighbours import Neighbours, neighbours
from news.prepared import Prepared
from news.querysets import VersionQuerySet
from news.sharing.addresses import path_in, release_path, version_path
from news.views.around import around
from news.views.dates import moment, release_dates
from news.views.frame import frame_view
from news.views.items import only_in
from news.views.memento_links import date_memento, name_timegate
from news.views.notices import release_notices, version_notices, withdrawn
from news.views.page import error_page, language
from news.views.pictures import photo_views
from news.views.public import public
from news.views.release_page import absent_page, release_page, release_view, side_page


@public
def release(request: HttpRequest, code: str, slug: str = "", *, at) -> HttpResponse:
    """A release, wherever it stands: live, withdrawn, gone (410), merged (301)."""
    lang = language()
    # Before any content, so that what it is kept by can be too old but never too new.
    now = reader.current(at)
    version = _with_series(code, at)
    if (answer := ended(request, version, lang, at)) is not None:
        return answer
    path = release_path(lang, version.code, version.slug)
    if request.path != path:
        return HttpResponsePermanentRedirect(path)
    text = version.text(lang)
    if text.lang != lang:
        return _absent(request, version, lang)
    made_of = _made_of(version, lang, now, at)
    page = stencils.fill(
        made_of.key,
        made_of.around,
        lambda: _ways_on(made_of.around, lang),
        lambda ways_on: _release_page(request, version, text, ways_on, now.frame),
    )
    response = name_timegate(HttpResponse(page), lang, version.code)
    return rests_on(response, Basis(made_of, partial(_made_of_now, code, lang), now.site))


class _MadeOf(NamedTuple):
    """All that changes the page of a release in a language, and so its stencil's key and filling.

    A page is kept for as long as this stays the same (docs/decisions/0013): whatever else it is to
    show must become part of it.
    """

    key: tuple
    around: Neighbours | None


def _made_of(version: Version, lang: str, now: Moment, at: datetime) -> _MadeOf:
    # The topic's words beside the revision that changes with them: after a failover a revision may
    # be counted anew.
    topic = (version.topic_slug, version.topic_name_th, version.topic_name_en)
    key = (version.pk, version.checksum, lang, topic, now.site)
    return _MadeOf(key, neighbours(version, lang, at))


def _made_of_now(code: str, lang: str, now: Moment, at: datetime) -> _MadeOf | None:
    """None where there is no such release. Of one that was withdrawn, removed, merged or corrected,
    or has another slug, the version is another one.
    """
    try:
        version = _with_series(code, at)
    except Http404:
        return None
    return _made_of(version, lang, now, at)


def _ways_on(found: Neighbours | None, lang: str) -> str:
    """What the page of a release leads on to: all of it that other releases change."""
    if found is None:
        return ""
    return render_to_string("components/neighbours.html", {"around": around(found, lang)})


def _release_page(
    request: HttpRequest, version: Version, text: Text, ways_on: str, frame: Frame
) -> str:
    lang = text.lang
    if version.topic_id is not None:
        version.topic = Topic(
            pk=version.topic_id,
            slug=version.topic_slug,
            name_th=version.topic_name_th,
            name_en=version.topic_name_en,
        )
    change = told([version])[version.pk]
    view = release_view(
        version,
        text,
        lang,
        release_notices(version, change, lang),
        lambda number: path_in(lang, "photo", code=version.code, number=number),
        shared=version.is_listed_kind,
    )
    context = {
        "page": release_page(version, change, text, lang),
        "release": view,
        "archive_url": path_in(lang, "photo_archive", code=version.code)
        if version.is_listed_kind
        else "",
        "report_url": path_in(lang, "reader_report", code=version.code, number=version.number),
        "ways_on": ways_on,
        "frame": frame_view(frame),
    }
    return render_to_string("pages/release.html", context, request)


def _absent(request: HttpRequest, version: Version, lang: str) -> HttpResponse:
    text = version.text(lang)
    context = {
        "page": absent_page(version, text, lang),
        "text": text,
        "only": only_in(text.lang),
        "notice": withdrawn(version, text, lang)
        if version.kind == Version.Kind.WITHDRAWN
        else None,
        "dates": release_dates(version, lang),
        "text_url": release_path(text.lang, version.code, version.slug),
    }
    return render(request, "pages/release_absent.html", context)


@public
def version(request: HttpRequest, code: str, number: int, *, at) -> HttpResponse:
    """Version `number` of a release as readers once saw it, or see it now."""
    lang = language()
    current = live_version(code, at)
    if current.kind == Version.Kind.GONE:
        return gone(request, current, lang)
    shown = citable_version(code, number, at)
    path = version_path(lang, shown.code, number)
    if request.path != path:
        return HttpResponsePermanentRedirect(path)
    text = shown.text(lang)
    view = release_view(
        shown,
        text,
        lang,
        version_notices(shown, told([shown])[shown.pk], current, lang),
        lambda photo: path_in(lang, "version_photo", code=code, number=number, photo=photo),
        shared=current.is_listed_kind,
    )
    context = {
        "page": side_page(shown, text, lang, lambda other: version_path(other, code, number)),
        "release": view,
        "report_url": path_in(lang, "reader_report", code=shown.code, number=number),
    }
    page = render(request, "pages/release.html", context)
    return date_memento(page, shown, current, lang)


@public
def photo(request: HttpRequest, code: str, number: int, *, at) -> HttpResponse:
    """One photo of a release, large, with ways to its neighbours and back."""
    lang = language()
    live = live_version(code, at)
    if (answer := ended(request, live, lang, at)) is not None:
        return answer

    def path(photo_number: int, other: str = lang) -> str:
        return path_in(other, "photo", code=live.code, number=photo_number)

    back = release_path(lang, live.code, live.slug)
    return _photo_page(request, live, number, path, back, current=live)


@public
def version_photo(request: HttpRequest, code: str, number: int, photo: int, *, at) -> HttpResponse:
    """The same of an old version's photo."""
    lang = language()
    current = live_version(code, at)
    if current.kind == Version.Kind.GONE:
        return gone(request, current, lang)
    shown = citable_version(code, number, at)

    def path(photo_number: int, other: str = lang) -> str:
        return path_in(other, "version_photo", code=code, number=number, photo=photo_number)

    return _photo_page(
        request, shown, photo, path, version_path(lang, code, number), current=current
    )


def _photo_page(
    request: HttpRequest, version: Version, number: int, path, back, *, current: Version
) -> HttpResponse:
    """Of a photo of `version`, where `current` is in force of its release."""
    lang = language()
    photos = photo_views(version, lang, path)
    if not 1 <= number <= len(photos):
        raise Http404("no such photo")
    text = version.text(lang)
    context = {
        "page": side_page(version, text, lang, lambda other: path(number, other)),
        "text": text,
        "photo": photos[number - 1],
        "count": len(photos),
        "previous": photos[number - 2].url if number > 1 else "",
        "next": photos[number].url if number < len(photos) else "",
        "back": f"{back}#photo-{number}",
        "notice": withdrawn(current, current.text(lang), lang)
        if current.kind == Version.Kind.WITHDRAWN
        else None,
    }
    return render(request, "pages/photo.html", context)


def gone(request: HttpRequest, version: Version, lang: str) -> HttpResponse:
    """410: when a release was removed and on what grounds, without a word of its text."""
    context = {
        "page": error_page(gettext("This press release was removed")),
        "code": version.code,
        "date": moment(version.visible_from, lang),
        "reason": version.get_reason_display(),
        "note": version.note_th if lang == "th" else version.note_en,
    }
    return render(request, "pages/gone.html", context, status=410)


def merged_target(version: Version | None, at) -> Version | None:
    """The version now in force at the end of a chain of mergers; None where it has ended
    otherwise.
    """
    seen = set()
    while version is not None and version.kind == Version.Kind.MERGED:
        if version.release_id in seen:
            return None
        seen.add(version.release_id)
        version = Version.objects.live(at).filter(release=version.merged_into_id).first()
    return version


def live_version(code: str, at) -> Version:
    """The version in force, whatever its kind; drafts and schedules are as unknown as any code."""
    found = Version.objects.live(at).filter(code=code).select_related("topic").first()
    if found is None:
        raise Http404("no such release")
    return found


def _with_series(code: str, at) -> Version:
    """The same, `with_series`, for the page that is asked for most: its question is prepared."""
    for found in _WITH_SERIES.ask({"code": code, "at": at}):
        return found
    raise Http404("no such release")


def _whole(values: Mapping[str, object]) -> VersionQuerySet:
    live = Version.objects.live(values["at"]).filter(code=values["code"])
    return live.with_series().with_topic()


_WITH_SERIES = Prepared(
    Version, _whole, samples={"code": "no code", "at": datetime(1, 1, 2, tzinfo=UTC)}
)


def citable_version(code: str, number: int, at) -> Version:
    """Version `number` as readers may see it now; 404 for any other."""
    found = (
        Version.objects.citable(at).filter(code=code, number=number).select_related("topic").first()
    )
    if found is None:
        raise Http404("no such version")
    return found


def ended(request: HttpRequest, version: Version, lang: str, at) -> HttpResponse | None:
    """The answer for a release that has no text of its own any more."""
    if version.kind == Version.Kind.GONE:
        return gone(request, version, lang)
    if version.kind == Version.Kind.MERGED:
        target = merged_target(version, at)
        if target is None:
            raise Http404("merged with a release that is no more")
        return HttpResponsePermanentRedirect(release_path(lang, target.code, target.slug))
    return None
