"""The ways on from a release, as its page shows them."""

from dataclasses import dataclass

from django.utils.translation import gettext

from news.neighbours import Neighbour, Neighbours
from news.sharing.addresses import path_in, release_path
from news.views.dates import DateText, stated
from news.views.items import TopicLink


@dataclass(frozen=True, slots=True)
class Way:
    """A release that a page leads on to. Its words are in the page's language."""

    url: str
    title: str
    date: DateText


@dataclass(frozen=True, slots=True)
class Around:
    """What `components/neighbours.html` shows; `labels` say which way each leads."""

    series: TopicLink | None
    series_previous: Way | None
    series_next: Way | None
    previous: Way | None
    next: Way | None
    related: tuple[Way, ...]

    @property
    def labels(self) -> dict[str, str]:
        return {
            "previous": gettext("Previous press release"),
            "next": gettext("Next press release"),
            "series_previous": gettext("Previous in the series"),
            "series_next": gettext("Next in the series"),
        }


def around(found: Neighbours, lang: str) -> Around:
    series = None
    if found.series:
        series = TopicLink(found.series.name, path_in(lang, "series", slug=found.series.slug))
    return Around(
        series=series,
        series_previous=_way(found.series_previous, lang),
        series_next=_way(found.series_next, lang),
        previous=_way(found.previous, lang),
        next=_way(found.next, lang),
        related=tuple(_way(each, lang) for each in found.related),
    )


def _way(found: Neighbour | None, lang: str) -> Way | None:
    if found is None:
        return None
    path = release_path(lang, found.code, found.slug)
    return Way(path, found.title, stated(found.dated, found.dated_precision, lang, "short"))
