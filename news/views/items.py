"""Releases as lists show them, and lists grouped by day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from django.utils.translation import gettext

from news.images.recipes import CARD, SQUARE, Shape
from news.models import PressRelease, Topic, Version
from news.search.hits import Hit
from news.search.snippets import Segment
from news.sharing.addresses import path_in, release_path
from news.views.dates import DateText, dated
from news.views.pictures import PictureView, cover_picture


@dataclass(frozen=True, slots=True)
class TopicLink:
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """One release in a list. `lang` is the language of its words; `only` says so where it
    differs.
    """

    url: str
    title: str
    summary: str
    lang: str
    only: str
    date: DateText
    topic: TopicLink | None
    cover: PictureView | None
    is_sample: bool
    title_parts: tuple[Segment, ...] = ()
    parts: tuple[Segment, ...] = ()
    """Of a search result: title and snippet with what was found marked."""


@dataclass(frozen=True, slots=True)
class Day:
    """The releases of one day, or of one month where no day is known."""

    date: DateText
    items: tuple[Item, ...]


def topic_link(topic: Topic | None, lang: str) -> TopicLink | None:
    if topic is None:
        return None
    return TopicLink(topic.name_in(lang), path_in(lang, "topic", slug=topic.slug))


def only_in(lang: str) -> str:
    return gettext("Thai only") if lang == "th" else gettext("English only")


def item(version: Version, lang: str, shape: Shape = SQUARE) -> Item:
    """A listed version on a page in `lang`."""
    text = version.heading(lang)
    return Item(
        url=release_path(lang, version.code, version.slug),
        title=text.title,
        summary=text.summary,
        lang=text.lang,
        only="" if text.lang == lang else only_in(text.lang),
        date=dated(version, lang),
        topic=topic_link(version.topic, lang),
        cover=cover_picture(version, shape),
        is_sample=version.origin == PressRelease.Origin.SAMPLE,
    )


def hit_item(hit: Hit, lang: str) -> Item:
    """A search result: its words, and the page that it leads to, in the language they were found
    in.
    """
    found_in, version = hit.lang, hit.version
    only = "" if lang in version.languages else only_in(found_in)
    return replace(
        item(version, found_in),
        only=only,
        date=dated(version, lang),
        topic=topic_link(version.topic, lang),
        title_parts=hit.title,
        parts=hit.snippet,
    )


def card(version: Version, lang: str) -> Item:
    """The same with a 3:2 cover."""
    return item(version, lang, CARD)


def by_day(versions: Iterable[Version], lang: str) -> tuple[Day, ...]:
    """A list in `newest_first` order, its days standing once."""
    grouped = groupby(versions, key=lambda version: dated(version, lang))
    return tuple(
        Day(date, tuple(item(version, lang) for version in group)) for date, group in grouped
    )
