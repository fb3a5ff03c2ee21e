"""Where the links of a text lead: own ones by the database, others by the worker's last visit."""

import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone
from django.utils.translation import override

from news.checking.drafts import LANGUAGES, DeadLink
from news.html import sanitise
from news.importing.paths import canonical
from news.models import (
    LegacyPath,
    LinkVisit,
    PressRelease,
    Series,
    ShortLink,
    Topic,
    Version,
)
from news.sharing.short_links import parse
from news.thai.dates import bangkok_day

_HREF = re.compile(r'<a [^>]*?href="([^"]*)"')
FAILURES = 2
"""Visits in a row without an answer before a link counts as dead."""


def addresses(body: str) -> list[str]:
    """What the links of a body lead to, each once, in order."""
    return list(dict.fromkeys(map(unescape, _HREF.findall(sanitise(body)))))


def is_own(address: str) -> bool:
    """Whether `address` is a page of this site, or none that anybody could ask for."""
    parts = _split(address)
    here = urlsplit(settings.BASE_URL).netloc
    return parts.netloc == here or (not parts.scheme and not parts.netloc)


def _split(address: str) -> SplitResult:
    """The parts of `address`; none at all where no program could read it, such as `//[x`."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def external(release: PressRelease) -> list[str]:
    """The pages of other sites that the release links to, each once."""
    found = [
        address
        for language in LANGUAGES
        for address in addresses(getattr(release, f"body_{language}") or "")
        if _split(address).scheme in {"http", "https"} and not is_own(address)
    ]
    return list(dict.fromkeys(found))


def dead_links(release: PressRelease) -> Iterator[DeadLink]:
    """The links that lead nowhere: own ones by the database, others by the last visit."""
    bodies = [(language, getattr(release, f"body_{language}") or "") for language in LANGUAGES]
    links = [(language, address) for language, body in bodies for address in addresses(body)]
    visits = {
        visit.url: visit
        for visit in LinkVisit.objects.filter(url__in={address for _language, address in links})
    }
    for language, address in links:
        if is_own(address):
            if why := _why_not_here(address):
                yield DeadLink(language, address, why)
        elif (visit := visits.get(address)) and (why := _why_not_there(visit)):
            yield DeadLink(language, address, why, bangkok_day(visit.visited_at))


def _why_not_there(visit: LinkVisit) -> str:
    if visit.outcome == LinkVisit.Outcome.UNREACHABLE and visit.failures < FAILURES:
        return ""
    return {
        LinkVisit.Outcome.GONE: "gone",
        LinkVisit.Outcome.UNREACHABLE: "unreachable",
        LinkVisit.Outcome.REFUSED: "refused",
    }.get(LinkVisit.Outcome(visit.outcome), "")


def _why_not_here(address: str) -> str:
    """Why a reader who follows an address of this site finds nothing; empty where they do."""
    parts = _split(address)
    path = unquote(parts.path)
    if not path:
        is_a_place_on_the_page = not address or any(parts)
        return "" if is_a_place_on_the_page else "no_page"
    language = path[1:3] if path[3:4] == "/" and path[1:3] in LANGUAGES else "th"
    with override(language):  # the pages of a language are found in it alone
        for written in (path, f"{path}/"):  # a missing last slash is forgiven
            with suppress(Resolver404):
                return _why_unread(resolve(written))
    return _why_no_release(LegacyPath.objects.filter(path=canonical(path)).first())


def _why_unread(match: ResolverMatch) -> str:
    if match.app_name == "admin":
        return "not_public"
    if model := {"topic": Topic, "topic_feed": Topic, "series": Series}.get(match.url_name):
        known = model.objects.filter(slug=match.kwargs["slug"]).exists()
        return "" if known else "no_page"
    key = match.kwargs.get("code", "").lower()
    if match.url_name == "short_link":
        asked = parse(match.kwargs["rest"])
        key = asked.key if asked else ""
    elif not key:
        return ""
    return _why_no_release(ShortLink.objects.filter(key=key).first())


def _why_no_release(link: ShortLink | LegacyPath | None) -> str:
    """The same for an address that leads to a release, or to none."""
    if link is None or link.release_id is None:
        return "no_page"
    in_force = Version.objects.live(timezone.now()).filter(release_id=link.release_id).first()
    return "" if in_force is not None and in_force.kind != Version.Kind.GONE else "not_public"
