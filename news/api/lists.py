"""Topics, and the public log of corrections."""

from datetime import datetime

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from news.api import parameters
from news.api.endpoints import endpoint
from news.api.paging import cut, listing
from news.api.parameters import MomentPlace
from news.exporting import representation
from news.models import Topic, Version
from news.models.version import LANGUAGES
from news.sharing.addresses import absolute, path_in


@endpoint()
def topics(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Every topic, with the number of its releases that are news."""
    counted = Version.objects.listed(at).values_list("topic").annotate(n=Count("pk"))
    counts = dict(counted.order_by())
    return listing(
        request,
        [
            {
                "slug": topic.slug,
                "name": {lang: topic.name_in(lang) for lang in LANGUAGES},
                "description": {
                    "th": topic.description_th or "",
                    "en": topic.description_en or "",
                },
                "releases": counts.get(topic.pk, 0),
                "url": {
                    lang: absolute(path_in(lang, "topic", slug=topic.slug)) for lang in LANGUAGES
                },
            }
            for topic in Topic.objects.all()
        ],
    )


@endpoint("cursor", "limit")
def corrections(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Every correction, clarification, update, withdrawal, removal, merger and return, newest
    first.

    Of a release that is gone only the removal itself is told.
    """
    limit = parameters.limit(request)
    place = parameters.moment_place(request)
    told = Version.objects.logged(at)
    if place is not None:
        told = told.changed_before(place.moment, place.pk)
    told = told.select_related("merged_into").newest_change_first()
    rows = list(told[: limit + 1])
    shown, after = cut(rows, limit, lambda version: MomentPlace(version.visible_from, version.pk))
    return listing(request, [_entry(version) for version in shown], next_place=after)


def _entry(version: Version) -> dict:
    notes = {"th": version.note_th, "en": version.note_en}
    return {
        "id": version.code,
        "version": version.number,
        "kind": version.kind,
        "visible_from": representation.moment(version.visible_from),
        "note": {lang: note for lang, note in notes.items() if note},
        "reason": version.reason or None,
        "merged_into": version.merged_into.code if version.merged_into_id else None,
        "release": absolute(reverse("root:api:release", args=(version.code,))),
    }
