"""Memento, RFC 7089: how tools ask for a release as it was at a moment.

The TimeGate leads from a moment to the version that stood then, the TimeMap lists them all. They
stand beside the release, in each language: `/th/news/<code>/memento/timegate/`.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_http_date

from news.caching import never_keep
from news.models import Version
from news.sharing.addresses import version_path
from news.views.memento_links import (
    LINK_FORMAT,
    date_of,
    link,
    original_link,
    timegate_link,
    timemap_link,
)
from news.views.page import language
from news.views.public import public, public_and_unkept
from news.views.releases import gone, live_version

_SECOND = timedelta(seconds=1)
"""What HTTP dates are counted in."""


@public_and_unkept
def timegate(request: HttpRequest, code: str, *, at: datetime) -> HttpResponse:
    """302 to the version that stood at `Accept-Datetime`: the nearest where none did yet, today's
    without the header; 400 for one that is no date.
    """
    lang = language()
    current = live_version(code, at)
    if current.kind == Version.Kind.GONE:
        return gone(request, current, lang)
    mementos = _mementos(current, at)
    wanted = _wanted(request, at)
    stood = [version for version in mementos if version.visible_from - _SECOND < wanted]
    found = stood[-1] if stood else mementos[0]
    response = HttpResponseRedirect(version_path(lang, found.code, found.number))
    response.headers["Link"] = ", ".join(
        [
            original_link(current, lang),
            timemap_link(lang, found.code, mementos),
            *_memento_links(mementos, lang, only=(mementos[0], found, mementos[-1])),
        ]
    )
    patch_vary_headers(response, ["Accept-Datetime"])
    return never_keep(response)


@public
def timemap(request: HttpRequest, code: str, *, at: datetime) -> HttpResponse:
    """Every version that can be seen, with its moment, in RFC 6690's link format."""
    lang = language()
    current = live_version(code, at)
    if current.kind == Version.Kind.GONE:
        return gone(request, current, lang)
    mementos = _mementos(current, at)
    links = [
        original_link(current, lang),
        timemap_link(lang, current.code, mementos, rel="self"),
        timegate_link(lang, current.code),
        *_memento_links(mementos, lang, only=mementos),
    ]
    return HttpResponse(",\n".join(links) + "\n", content_type=LINK_FORMAT)


def _memento_links(
    mementos: Sequence[Version], lang: str, *, only: Sequence[Version]
) -> Iterator[str]:
    """Links to those of the mementos that are in `only`, oldest first."""
    first, last = mementos[0], mementos[-1]
    for version in mementos:
        if version in only:
            rel = " ".join(["first"] * (version == first) + ["last"] * (version == last))
            path = version_path(lang, version.code, version.number)
            yield f'{link(path, f"{rel} memento".strip())}; datetime="{date_of(version)}"'


def _mementos(current: Version, at: datetime) -> Sequence[Version]:
    """The versions of a release that have a page of their own, oldest first."""
    found = Version.objects.citable(at).filter(release=current.release_id)
    versions = list(found.only("code", "number", "visible_from").order_by("number"))
    if not versions:
        raise Http404("no version of this release can be seen")
    return versions


def _wanted(request: HttpRequest, at: datetime) -> datetime:
    written = request.headers.get("Accept-Datetime", "")
    if not written:
        return at
    try:
        return datetime.fromtimestamp(parse_http_date(written), tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadRequest("Accept-Datetime is no date of HTTP") from error
