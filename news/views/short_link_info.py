"""`/s/KEY/info` (`/s/KEY+`): where a short link leads, before it is followed.

For who doubts a link or cites a release: headline, state, dates, every version with its checksum.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext

from news.models import Version
from news.models.version import Heading
from news.sharing.addresses import (
    absolute,
    info_path,
    qr_path,
    release_path,
    short_path,
    short_version_path,
)
from news.sharing.short_links import ShortRequest
from news.views.dates import DateText, moment, release_dates
from news.views.page import Page, switch, titled
from news.views.releases import merged_target

COLUMNS = ("number", "kind", "visible_from", "visible_until", "note_th", "note_en", "checksum")


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the list. `url` is empty where readers can't see it any more."""

    number: int
    kind: str
    since: DateText
    until: DateText | None
    note: str
    note_lang: str
    checksum: str
    url: str
    is_asked: bool


def info(
    request: HttpRequest, asked: ShortRequest, live: Version | None, at: datetime
) -> HttpResponse:
    """200, or 410 for a release that was removed. Raises `Http404` for what was never public."""
    if live is None:
        raise Http404("no release has this key")
    lang = asked.language or "th"
    with translation.override(lang):
        response = _page(request, asked, live, lang, at)
    response.headers["Content-Language"] = lang
    return response


def _page(
    request: HttpRequest, asked: ShortRequest, live: Version, lang: str, at: datetime
) -> HttpResponse:
    gone = live.kind == Version.Kind.GONE
    versions = _versions(asked, live, lang, at)
    if asked.version and not any(line.is_asked for line in versions):
        raise Http404("no such version")
    url = absolute(short_path(asked.key, lang))
    context = {
        "page": Page(
            lang=lang,
            title=titled(gettext("About this short link")),
            indexable=False,
            switch=switch(lambda other: info_path(asked.key, other)),
        ),
        "url": url,
        "text": url.partition("://")[2],
        "headings": _headings(live, lang),
        "leads_to": _leads_to(live, lang, at),
        "state": live.kind if not live.is_listed_kind else "live",
        "since": moment(live.visible_from, lang),
        "reason": live.get_reason_display(),
        "dates": () if live.kind in Version.WITHOUT_TEXT else release_dates(live, lang),
        "versions": versions,
        "qr_svg": "" if gone else qr_path(asked.key, lang, "svg"),
        "qr_png": "" if gone else qr_path(asked.key, lang, "png"),
        "code": live.code,
    }
    return render(request, "pages/short_link.html", context, status=410 if gone else 200)


def _headings(live: Version, lang: str) -> tuple[Heading, ...]:
    """The headline in every language that it has, the page's own first."""
    languages = sorted(live.languages, key=lambda language: language != lang)
    return tuple(live.heading(language) for language in languages)


def _leads_to(live: Version, lang: str, at: datetime) -> str:
    """The address of the page behind the link; empty where there is none any more."""
    if live.kind == Version.Kind.GONE:
        return ""
    target = merged_target(live, at) if live.kind == Version.Kind.MERGED else live
    if target is None:
        return ""
    return absolute(release_path(target.nearest(lang) or lang, target.code, target.slug))


def _versions(
    asked: ShortRequest, live: Version, lang: str, at: datetime
) -> tuple[VersionLine, ...]:
    """Every version that readers have seen, the newest first."""
    found = Version.objects.shown(at).filter(release=live.release_id).order_by("-number")
    return tuple(_line(version, asked, live, lang, at) for version in found.only(*COLUMNS))


def _line(
    version: Version, asked: ShortRequest, live: Version, lang: str, at: datetime
) -> VersionLine:
    ended = version.kind in Version.WITHOUT_TEXT
    hidden = ended or live.kind == Version.Kind.GONE
    # What was removed may be named in the notes of the versions before.
    told = ended or not hidden
    notes = {"th": version.note_th, "en": version.note_en} if told else {"th": "", "en": ""}
    note_lang = next((x for x in (lang, "en", "th") if notes[x]), lang)
    until = version.visible_until
    return VersionLine(
        number=version.number,
        kind=version.get_kind_display(),
        since=moment(version.visible_from, lang),
        # An end that lies ahead would tell of a schedule.
        until=moment(until, lang) if until is not None and until <= at else None,
        note=notes[note_lang],
        note_lang=note_lang,
        checksum=version.checksum,
        url="" if hidden else short_version_path(live.code, version.number, lang),
        is_asked=version.number == asked.version,
    )
