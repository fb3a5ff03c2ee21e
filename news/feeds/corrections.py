"""The log of corrections as a feed: one entry a change, which never changes itself."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext
from django.views.decorators.http import require_safe

from news.caching import public_page
from news.corrections import Change, changes, log
from news.feeds.formats import Channel, Entry, answer
from news.feeds.releases import last_change
from news.sharing.addresses import absolute, path_in
from news.thai.text import truncate

ENTRIES = 50
SUMMARY_CLUSTERS = 300
ID = "tag:ocsc.go.th,2026:release/{code}/version/{number}/{lang}"
"""An entry's id (RFC 4151), as that of a release's entry with the number of the version."""


@require_safe
@public_page
def feed(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """The newest changes that the log tells of, as Atom."""
    lang = get_language()
    told = changes(log(lang, at).newest_change_first()[:ENTRIES], lang, at)
    name = gettext("Corrections and withdrawals")
    organisation = pgettext("masthead", "Office of the Civil Service Commission")
    channel = Channel(
        title=f"{name} | {organisation}",
        description=f"{name}, {organisation}",
        author=organisation,
        lang=lang,
        home_url=absolute(path_in(lang, "corrections")),
        url=absolute(request.path),
        updated=last_change([change.version.visible_from for change in told], at),
        entries=tuple(_entry(change) for change in told),
    )
    return answer(channel, "atom.xml")


def _entry(change: Change) -> Entry:
    version = change.version
    return Entry(
        id=ID.format(code=version.code, number=version.number, lang=change.lang),
        url=absolute(change.path),
        title=change.title,
        summary=truncate(change.note or change.reason or change.title, SUMMARY_CLUSTERS),
        content=_content(change),
        published=version.visible_from,
        updated=version.visible_from,
        topic=change.kind,
        picture=None,
    )


def _content(change: Change) -> SafeString:
    words = [(text,) for text in (change.reason, change.note) if text]
    links = [
        (absolute(path), text)
        for path, text in (
            (change.version_path, gettext("Read this version")),
            (change.previous_path, gettext("Read the previous version")),
        )
        if path
    ]
    return format_html(
        "{}{}",
        format_html_join("", "<p>{}</p>", words),
        format_html_join("", '<p><a href="{}">{}</a></p>', links),
    )
