"""Open Graph and X card properties of a page, as data that the base template prints."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import pgettext

LOCALES = {"th": "th_TH", "en": "en_US"}


@dataclass(frozen=True, slots=True)
class Property:
    """One `<meta>`: `key` is `property` (Open Graph) or `name` (X)."""

    key: str
    name: str
    content: str


@dataclass(frozen=True, slots=True)
class Image:
    """The picture of a share card: absolute URL, size in pixels, what it shows."""

    url: str
    width: int
    height: int
    content_type: str
    alt: str


@dataclass(frozen=True, slots=True)
class Card:
    """What LINE, Facebook and X show of a page. `url` is its canonical address."""

    kind: str
    title: str
    description: str
    url: str
    lang: str
    other_languages: tuple[str, ...] = ()
    image: Image | None = None
    published: str = ""
    """ISO 8601; empty where the release's own day is not known."""
    modified: datetime | None = None
    section: str = ""


def properties(card: Card) -> tuple[Property, ...]:
    return tuple(
        Property("name" if name.startswith("twitter:") else "property", name, content)
        for name, content in _pairs(card)
        if content
    )


def _pairs(card: Card) -> Iterator[tuple[str, str]]:
    yield "og:site_name", pgettext("masthead", "Office of the Civil Service Commission")
    yield "og:type", card.kind
    yield "og:url", card.url
    yield "og:title", card.title
    yield "og:description", card.description
    yield "og:locale", LOCALES[card.lang]
    for language in card.other_languages:
        yield "og:locale:alternate", LOCALES[language]
    if card.image:
        yield "og:image", card.image.url
        yield "og:image:type", card.image.content_type
        yield "og:image:width", str(card.image.width)
        yield "og:image:height", str(card.image.height)
        yield "og:image:alt", card.image.alt
    if card.kind == "article":
        yield "article:published_time", card.published
        yield "article:modified_time", card.modified.isoformat() if card.modified else ""
        yield "article:section", card.section
    yield "twitter:card", "summary_large_image" if card.image else "summary"
    if card.image:
        yield "twitter:image", card.image.url
        yield "twitter:image:alt", card.image.alt
