"""A working copy as the rules see it: plain text, plain facts, no database behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

LANGUAGES = ("th", "en")
TEXTS = ("title", "summary", "body")


@dataclass(frozen=True, slots=True)
class Term:
    """An official name in both languages and the ways in which it is written wrongly."""

    name_th: str
    name_en: str
    variants_th: tuple[str, ...] = ()
    variants_en: tuple[str, ...] = ()
    is_person: bool = False

    def name(self, language: str) -> str:
        return self.name_th if language == "th" else self.name_en

    def variants(self, language: str) -> tuple[str, ...]:
        return self.variants_th if language == "th" else self.variants_en


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo: `number` in the gallery from 1, `key` of its row, `taken` by the camera's clock.

    `likeness` are the 64 bits of `news.images.likeness`, None where they aren't known.
    """

    number: int
    key: int
    name: str
    alts: Mapping[str, str]
    taken: date | None = None
    likeness: int | None = None


@dataclass(frozen=True, slots=True)
class DeadLink:
    """An address in the body of one language that leads nowhere; `why` is a key of `links.WHY`."""

    language: str
    address: str
    why: str
    seen: date | None = None


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Another release whose text in `language` is nearly the same."""

    language: str
    title: str
    code: str
    share: int
    """Per cent of the passages that both have."""


@dataclass(frozen=True, slots=True)
class Draft:
    """`texts` has the words of title_th, summary_th, body_th and so on; absent ones are empty.

    `raw` holds what is stored, with its markup, for the rules about characters. `today` is the day
    in Bangkok.
    """

    texts: Mapping[str, str]
    today: date
    raw: Mapping[str, str] = field(default_factory=dict)
    event_days: tuple[date, ...] = ()
    """The event date and, where it is in doubt, its other reading."""
    event_is_exact: bool = False
    dated: date | None = None
    gallery_descriptions: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    terms: tuple[Term, ...] = ()
    dead_links: tuple[DeadLink, ...] = ()
    lookalikes: tuple[Lookalike, ...] = ()

    def text(self, name: str, language: str) -> str:
        return self.texts.get(f"{name}_{language}", "")

    @property
    def languages(self) -> tuple[str, ...]:
        """Those that have a headline and a body."""
        return tuple(
            language
            for language in LANGUAGES
            if self.text("title", language) and self.text("body", language)
        )
