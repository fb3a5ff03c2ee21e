"""The facets of a search as groups of links: each narrows it, or takes the narrowing back."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext

from news.models import Topic
from news.search.facets import Facets
from news.thai.dates import format_month, format_year
from news.thai.eras import OFFSET
from news.views.search_request import Asked

_SHOWN = 12
"""Values of one facet; the rest is reached by narrowing in another."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many, in words, and whether that is an estimate."""

    words: str
    about: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One value. `count` is in words; `url` narrows to it, or widens again where it is chosen."""

    name: str
    count: Count
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> bool:
        """Whether one of its values narrows the search."""
        return any(choice.chosen for choice in self.choices)


def groups(facets: Facets, asked: Asked, topics: dict[int, Topic], lang: str) -> list[Group]:
    """What the results can be narrowed by; groups without a choice are left out."""
    count = _Counter(exact=facets.exact)
    made = [
        Group(
            gettext("Year"),
            tuple(
                Choice(
                    format_year(year, lang),
                    count(number),
                    asked.address(year=None if asked.year == year else year, month=None),
                    asked.year == year,
                )
                for year, number in _first(facets.years.items())
            ),
        ),
        Group(
            gettext("Month"),
            tuple(
                Choice(
                    format_month(*month, lang),
                    count(number),
                    asked.address(month=None if asked.month == month else month),
                    asked.month == month,
                )
                for month, number in _first(facets.months.items())
            )
            if asked.year or asked.fiscal or asked.month
            else (),
        ),
        Group(
            gettext("Fiscal year"),
            tuple(
                Choice(
                    _fiscal_name(year, lang),
                    count(number),
                    asked.address(fiscal=None if asked.fiscal == year else year),
                    asked.fiscal == year,
                )
                for year, number in _first(facets.fiscal_years.items())
            ),
        ),
        Group(
            gettext("Topic"),
            tuple(
                Choice(
                    topics[topic_id].name_in(lang),
                    count(number),
                    asked.address(
                        topic="" if asked.topic == topics[topic_id].slug else topics[topic_id].slug
                    ),
                    asked.topic == topics[topic_id].slug,
                )
                for topic_id, number in _first(facets.topics.items())
                if topic_id in topics
            ),
        ),
        Group(gettext("Language"), tuple(_languages(facets, asked, count))),
        Group(gettext("With"), tuple(_extras(facets, asked, count))),
    ]
    return [group for group in made if group.choices]


def _languages(facets: Facets, asked: Asked, count: "_Counter") -> Iterable[Choice]:
    for language, name in (("th", gettext("In Thai")), ("en", gettext("In English"))):
        if number := facets.flags.get(language):
            chosen = asked.language == language
            url = asked.address(language="" if chosen else language)
            yield Choice(name, count(number), url, chosen)


def _extras(facets: Facets, asked: Asked, count: "_Counter") -> Iterable[Choice]:
    for flag, name in (("photos", gettext("Photographs")), ("files", gettext("Attachments"))):
        if number := facets.flags.get(flag):
            chosen = getattr(asked, flag)
            yield Choice(name, count(number), asked.address(**{flag: not chosen}), chosen)


def _first(values) -> list:
    return list(values)[:_SHOWN]


def _fiscal_name(year: int, lang: str) -> str:
    """Named in the era of the page, as all years are."""
    return format_year(year - OFFSET, lang)


@dataclass(frozen=True, slots=True)
class _Counter:
    exact: bool

    def __call__(self, number: int) -> Count:
        """The number, or its first digits where not every result was looked at."""
        if not self.exact:
            # Two digits of many; an estimate of few is less close.
            step = 10 ** (len(str(number)) - (2 if number >= 100 else 1))
            number = round(number / step) * step
        return Count(number_format(number, force_grouping=True), not self.exact)
