"""A feed written as RSS 2.0, Atom or JSON Feed.

After RSS 2.0 (rssboard.org), RFC 4287 and JSON Feed 1.1 (jsonfeed.org).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import (
    Atom1Feed,
    Enclosure,
    Rss201rev2Feed,
    SyndicationFeed,
    rfc3339_date,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """The cover at 1200x630 or the share card, as an absolute address.

    `byte_size` is 0 where it is not known yet, as RSS has it.
    """

    url: str
    content_type: str
    byte_size: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One release in one language, as all three formats need it. Addresses are absolute."""

    id: str
    url: str
    title: str
    summary: str
    content: str
    published: datetime
    updated: datetime
    topic: str
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed: of the site or of a topic, in one language."""

    title: str
    description: str
    author: str
    lang: str
    home_url: str
    url: str
    updated: datetime
    entries: tuple[Entry, ...]


class _Rss(Rss201rev2Feed):
    """RSS with the full text in `content:encoded` and the date of change as Atom has it."""

    def rss_attributes(self) -> dict:
        return {
            **super().rss_attributes(),
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
        }

    def add_item_elements(self, handler, item) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])
        handler.addQuickElement("atom:updated", rfc3339_date(item["updateddate"]))


class _Atom(Atom1Feed):
    """Atom with the summary and the full text side by side."""

    def add_item_elements(self, handler, item) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


def _xml(generator: type[SyndicationFeed]) -> Callable[[Channel], str]:
    def write(channel: Channel) -> str:
        written = generator(
            title=channel.title,
            link=channel.home_url,
            description=channel.description,
            language=channel.lang,
            feed_url=channel.url,
            author_name=channel.author,
            author_link=channel.home_url,
        )
        # The newest change, not the moment of the request: the same feed is the same bytes.
        written.latest_post_date = lambda: channel.updated
        for entry in channel.entries:
            enclosures = []
            if picture := entry.picture:
                enclosures = [Enclosure(picture.url, str(picture.byte_size), picture.content_type)]
            written.add_item(
                title=entry.title,
                link=entry.url,
                description=entry.summary,
                unique_id=entry.id,
                unique_id_is_permalink=False,
                pubdate=entry.published,
                updateddate=entry.updated,
                categories=[entry.topic] if entry.topic else [],
                enclosures=enclosures,
                content=entry.content,
            )
        return written.writeString("utf-8")

    return write


def _json(channel: Channel) -> str:
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": channel.title,
            "description": channel.description,
            "home_page_url": channel.home_url,
            "feed_url": channel.url,
            "language": channel.lang,
            "authors": [{"name": channel.author, "url": channel.home_url}],
            "items": [_json_item(entry, channel.lang) for entry in channel.entries],
        },
        ensure_ascii=False,
    )


def _json_item(entry: Entry, lang: str) -> dict:
    item = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.content,
        "date_published": rfc3339_date(entry.published),
        "date_modified": rfc3339_date(timezone.localtime(entry.updated)),
        "language": lang,
    }
    if entry.topic:
        item["tags"] = [entry.topic]
    if entry.picture:
        item["image"] = entry.picture.url
    return item


FORMS: dict[str, tuple[str, Callable[[Channel], str]]] = {
    "rss.xml": ("application/rss+xml", _xml(_Rss)),
    "atom.xml": ("application/atom+xml", _xml(_Atom)),
    "feed.json": ("application/feed+json", _json),
}
"""Last part of the address -> content type and what writes it."""


def answer(channel: Channel, form: str) -> HttpResponse:
    """The feed in one of `FORMS`."""
    content_type, write = FORMS[form]
    response = HttpResponse(write(channel), content_type=f"{content_type}; charset=utf-8")
    # Readers' programs and scripts on other sites may read what everybody may.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
