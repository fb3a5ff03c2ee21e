"""The frame of a page: what the base template needs besides the content."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from news.sharing.addresses import SITE_LANGUAGES, absolute
from news.sharing.open_graph import Card, Property, properties

NAMES = {"th": "ไทย", "en": "English"}
ONLY = {"th": "Thai only", "en": "เฉพาะภาษาอังกฤษ"}
"""Said by the link to a page whose text is in the other language alone, in that link's language."""


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same content in a language: for `hreflang`."""

    lang: str
    url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of the language switch. `note` warns of a page that lacks its text."""

    lang: str
    name: str
    url: str
    current: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Crumb:
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Page:
    """`title` is complete, with the site's name. `canonical` is empty where a page has none of its
    own.
    """

    lang: str
    title: str
    description: str = ""
    canonical: str = ""
    alternates: tuple[Alternate, ...] = ()
    indexable: bool = True
    switch: tuple[Choice, ...] = ()
    section: str = ""
    query: str = ""
    properties: tuple[Property, ...] = ()
    data: SafeString | str = ""


def language() -> str:
    """The language of the page being made: `th` or `en`."""
    return get_language()


def titled(title: str) -> str:
    """`title` as browsers show it, with the site's name behind it."""
    return f"{title} | {pgettext('masthead', 'Office of the Civil Service Commission')}"


def switch(
    path: Callable[[str], str], languages: tuple[str, ...] = SITE_LANGUAGES
) -> tuple[Choice, ...]:
    """The language switch of a page at `path(language)` whose text exists in `languages`."""
    current = language()
    return tuple(
        Choice(
            lang,
            NAMES[lang],
            path(lang),
            lang == current,
            "" if lang in languages else ONLY[languages[0]],
        )
        for lang in SITE_LANGUAGES
    )


def alternates(
    path: Callable[[str], str], languages: tuple[str, ...] = SITE_LANGUAGES
) -> tuple[Alternate, ...]:
    """`hreflang` entries, with Thai as the default; none for a text in one language alone."""
    if len(languages) < 2:
        return ()
    entries = [Alternate(lang, absolute(path(lang))) for lang in languages]
    return (*entries, Alternate("x-default", absolute(path("th"))))


def site_page(
    title: str,
    path: Callable[[str], str],
    *,
    description: str = "",
    section: str = "",
    query: str = "",
    indexable: bool = True,
    languages: tuple[str, ...] = SITE_LANGUAGES,
) -> Page:
    """The frame of a page at `path(language)`: home, lists, search.

    `languages` are those in which it has something to show; in the others it says so, and no
    search engine is told of it.
    """
    lang = language()
    indexable = indexable and lang in languages
    canonical = absolute(path(lang))
    card = Card(
        kind="website",
        title=title,
        description=description,
        url=canonical,
        lang=lang,
        other_languages=tuple(other for other in languages if other != lang),
    )
    return Page(
        lang=lang,
        title=titled(title),
        description=description,
        canonical=canonical if indexable else "",
        alternates=alternates(path, languages) if indexable else (),
        indexable=indexable,
        switch=switch(path, languages),
        section=section,
        query=query,
        properties=properties(card) if indexable else (),
    )


def error_page(title: str, query: str = "") -> Page:
    """The frame of an answer that is no page: its switch leads to the home pages. `query` stands
    in its search box.
    """
    from_home = switch(lambda lang: f"/{lang}/")
    return Page(
        lang=language(), title=titled(title), indexable=False, switch=from_home, query=query
    )


def home_crumb(path: str) -> Crumb:
    return Crumb(gettext("Press releases"), path)
