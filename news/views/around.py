"""The ways on from a release, as its page shows them."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from news.models import Version
from news.neighbours import neighbours
from news.sharing.addresses import path_in, release_path
from news.views.dates import DateText, dated
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


def around(version: Version, lang: str, at: datetime) -> Around | None:
    """For a version read `with_series`; None for one that is no news. One query."""
    if not version.is_listed_kind:
        return None
    found = neighbours(version, lang, at, version.series_id)
    series = None
    if version.series_id:
        name = version.series_name_th if lang == "th" else version.series_name_en
        series = TopicLink(name, path_in(lang, "series", slug=version.series_slug))
    return Around(
        series=series,
        series_previous=_way(found.series_previous, lang),
        series_next=_way(found.series_next, lang),
        previous=_way(found.previous, lang),
        next=_way(found.next, lang),
        related=tuple(_way(each, lang) for each in found.related),
    )


def _way(version: Version | None, lang: str) -> Way | None:
    if version is None:
        return None
    return Way(
        release_path(lang, version.code, version.slug),
        version.title_th if lang == "th" else version.title_en,
        dated(version, lang),
    )
