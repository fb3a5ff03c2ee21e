"""The links and dates of Memento, RFC 7089, on a release's pages; see `news.views.mementos`.

A release's page is the original resource; each `/v/<n>/` is a memento of it, dated when it was
first shown.
"""

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.http import http_date

from news.models import Version
from news.sharing.addresses import absolute, path_in, release_path

LINK_FORMAT = "application/link-format"


def name_timegate(response: HttpResponse, lang: str, code: str) -> HttpResponse:
    """Tell on a release's page where its earlier states are found."""
    response.headers["Link"] = ", ".join(_around(lang, code))
    return response


def date_memento(
    response: HttpResponse, version: Version, current: Version, lang: str
) -> HttpResponse:
    """Tell on a version's page of which release and of when it is."""
    response.headers["Memento-Datetime"] = date_of(version)
    links = [original_link(current, lang), *_around(lang, version.code)]
    response.headers["Link"] = ", ".join(links)
    return response


def original_link(current: Version, lang: str) -> str:
    return link(release_path(lang, current.code, current.slug), "original")


def timegate_link(lang: str, code: str) -> str:
    return link(path_in(lang, "timegate", code=code), "timegate")


def timemap_link(
    lang: str, code: str, mementos: Sequence[Version] = (), rel: str = "timemap"
) -> str:
    """With the moments of the first and the last memento where these are given."""
    found = f'{link(path_in(lang, "timemap", code=code), rel)}; type="{LINK_FORMAT}"'
    if mementos:
        found += f'; from="{date_of(mementos[0])}"; until="{date_of(mementos[-1])}"'
    return found


def _around(lang: str, code: str) -> list[str]:
    return [timegate_link(lang, code), timemap_link(lang, code)]


def link(path: str, rel: str) -> str:
    return f'<{absolute(path)}>; rel="{rel}"'


def date_of(version: Version) -> str:
    """When a version was first shown, as HTTP writes it."""
    return http_date(version.visible_from.timestamp())
