"""The filters of a search by their names, each with the search that lacks it alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from news.models import Topic
from news.thai.dates import format_date, format_month, format_year
from news.thai.eras import OFFSET
from news.views.search_request import Asked


@dataclass(frozen=True, slots=True)
class Active:
    """A filter that is in use, and where it is not while all else stays."""

    name: str
    without: str


def active(asked: Asked, topic: Topic | None, lang: str) -> list[Active]:
    """All filters in use, in the order of the facets. What is typed as from: or to: is no filter,
    for the box itself shows it.
    """
    return list(_active(asked, topic, lang))


def _active(asked: Asked, topic: Topic | None, lang: str) -> Iterator[Active]:
    if asked.since:
        name = gettext("From %(day)s") % {"day": format_date(asked.since, lang)}
        yield Active(name, asked.address(since=None))
    if asked.until:
        name = gettext("Up to %(day)s") % {"day": format_date(asked.until, lang)}
        yield Active(name, asked.address(until=None))
    if asked.year:
        name = gettext("Year %(year)s") % {"year": format_year(asked.year, lang)}
        yield Active(name, asked.address(year=None))
    if asked.month:
        yield Active(format_month(*asked.month, lang), asked.address(month=None))
    if asked.fiscal:
        name = gettext("Fiscal year %(year)s") % {"year": format_year(asked.fiscal - OFFSET, lang)}
        yield Active(name, asked.address(fiscal=None))
    if topic:
        name = gettext("Topic: %(topic)s") % {"topic": topic.name_in(lang)}
        yield Active(name, asked.address(topic=""))
    if asked.language:
        name = gettext("In Thai") if asked.language == "th" else gettext("In English")
        yield Active(name, asked.address(language=""))
    if asked.photos:
        yield Active(gettext("With photographs"), asked.address(photos=False))
    if asked.files:
        yield Active(gettext("With attachments"), asked.address(files=False))
