"""Releases: all that are news, all that changed, one, its versions, its photos."""

from datetime import date, datetime, timedelta
from http import HTTPStatus

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from news.api import parameters
from news.api.answers import ApiError, answer
from news.api.endpoints import endpoint
from news.api.paging import cut, listing
from news.api.parameters import DayPlace, MomentPlace, ResultPlace
from news.exporting import representation
from news.exporting.representation import Beside
from news.models import Version
from news.querysets import VersionQuerySet
from news.search.engine import SearchTooSlow
from news.search.parsing import parse
from news.search.searching import UNSCORED, Filters, Order, Place, search
from news.sharing.addresses import absolute

FIELDS = frozenset(
    {
        "attachments", "body_html", "checksum", "cite_as", "contact", "dated", "event",
        "first_published", "fiscal_year_be", "gallery_description", "id", "kind",
        "language_behind", "languages", "last_changed", "legacy_paths", "merged_into", "note",
        "origin", "original_language", "photos", "reason", "short_url", "source_url", "state",
        "summary", "title", "topic", "translation", "url", "version", "visible_from",
    }
)  # fmt: skip
"""Members of a release that `fields=` can choose."""

OVERLAP = timedelta(seconds=30)
"""How far before its end a list of changes is to be taken up again: a change is dated when its
transaction begins and seen when that ends.
"""
_FILTERS = ("from", "to", "year", "month", "fiscal", "lang", "topic", "photos", "files", "q")


@endpoint(*_FILTERS, "updated_since", "fields", "limit", "cursor")
def releases(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Without `updated_since`: the releases that are news, newest day first, by the filters.

    With it: every release that changed since, in the order of change, tombstones included.
    """
    since = parameters.moment(request, "updated_since")
    fields = parameters.fields(request, FIELDS)
    limit = parameters.limit(request)
    if since is not None:
        return _changes(request, at, since, fields, limit)
    if words := parameters.words(request):
        return _found(request, at, words, fields, limit)
    place = parameters.day_place(request)
    found = _filtered(request, Version.objects.listed(at), place)
    rows = list(found.select_related("topic").newest_first()[: limit + 1])
    shown, after = cut(rows, limit, lambda version: DayPlace(version.dated, version.pk))
    return listing(request, _represented(shown, fields), next_place=after)


def _filtered(
    request: HttpRequest, versions: VersionQuerySet, place: DayPlace | None
) -> VersionQuerySet:
    """Those that the filters let through, from `place` on."""
    first, last = parameters.periods(request)
    if first:
        versions = versions.filter(dated__gte=first)
    # One bound at the upper end, never two: given both, SQLite may begin at the later of them and
    # read its way from there.
    last = last or date.max
    if place is not None and place.dated <= last:
        versions = versions.older_than(place.dated, place.pk)
    else:
        versions = versions.dated_by(last)
    if lang := parameters.language(request):
        versions = versions.in_language(lang)
    if topic := parameters.topic(request):
        versions = versions.filter(topic=topic)
    if parameters.flag(request, "photos"):
        versions = versions.with_photos()
    if parameters.flag(request, "files"):
        versions = versions.with_files()
    return versions


def _found(
    request: HttpRequest, at: datetime, words: str, fields: frozenset[str], limit: int
) -> HttpResponse:
    """What the search page finds for these words, newest day first."""
    topic = parameters.topic(request)
    since, until = parameters.periods(request)
    filters = Filters(
        since=since,
        until=until,
        topic_id=topic.pk if topic else None,
        language=parameters.language(request),
        photos=parameters.flag(request, "photos"),
        files=parameters.flag(request, "files"),
    )
    place = parameters.result_place(request)
    after = Place(UNSCORED, place.key) if place else None
    try:
        results = search(
            parse(words),
            filters,
            at=at,
            by=Order.DATE,
            after=after,
            size=limit,
            with_facets=False,
        )
    except SearchTooSlow:
        raise ApiError.too_slow("These words take too long to look for. Use rarer ones.") from None
    versions = Version.objects.select_related("topic").in_bulk(
        [entry.version_id for entry in results.entries]
    )
    shown = [versions[entry.version_id] for entry in results.entries]
    following = ResultPlace(results.next.key) if results.next else None
    return listing(request, _represented(shown, fields), next_place=following)


def _changes(
    request: HttpRequest, at: datetime, since: datetime, fields: frozenset[str], limit: int
) -> HttpResponse:
    """The versions in force that began at `since` or later, oldest first."""
    for name in _FILTERS:
        if parameters.text(request, name):
            raise ApiError.bad(
                name,
                f"updated_since takes no {name}: a change can move a release out of a filter, "
                "and you would not hear of it. Take all changes and choose among them.",
            )
    place = parameters.moment_place(request)
    found = Version.objects.live(at)
    if place is None:
        found = found.filter(visible_from__gte=since)
    else:
        found = found.filter(
            Q(visible_from__gt=place.moment) | Q(visible_from=place.moment, id__gt=place.pk),
            visible_from__gte=place.moment,
        )
    found = found.select_related("topic", "merged_into").order_by("visible_from", "id")
    rows = list(found[: limit + 1])
    shown, after = cut(rows, limit, lambda version: MomentPlace(version.visible_from, version.pk))
    latest = shown[-1].visible_from if shown else since
    again = representation.moment(max(since, latest - OVERLAP) if shown else since)
    return listing(request, _represented(shown, fields), next_place=after, next_updated_since=again)


def _represented(versions: list[Version], fields: frozenset[str]) -> list[dict]:
    beside = Beside.of(
        versions,
        former=not fields or "legacy_paths" in fields,
        photos=not fields or "photos" in fields,
    )
    items = [representation.listed(version, beside) for version in versions]
    if not fields:
        return items
    return [{name: item[name] for name in item if name in fields} for item in items]


@endpoint("fields")
def release(request: HttpRequest, code: str, *, at: datetime) -> HttpResponse:
    """The release as it is now: withdrawn with its text as on its page, gone 410, merged 301."""
    fields = parameters.fields(request, FIELDS)
    version = _in_force(code, at)
    if version.kind == Version.Kind.MERGED:
        return HttpResponsePermanentRedirect(
            absolute(reverse("root:api:release", args=(version.merged_into.code,)))
        )
    if version.kind == Version.Kind.GONE:
        return answer(representation.tombstone(version), HTTPStatus.GONE)
    found = representation.release(version, Beside.of([version]))
    if fields:
        found = {name: found[name] for name in found if name in fields}
    response = answer(found)
    versions = absolute(reverse("root:api:versions", args=(version.code,)))
    response.headers["Link"] = f'<{versions}>; rel="version-history"'
    return response


@endpoint()
def versions(request: HttpRequest, code: str, *, at: datetime) -> HttpResponse:
    """Every version ever shown, oldest first, without texts: when, what kind, sealed as what."""
    live = _in_force(code, at)
    rows = Version.objects.shown(at).filter(release=live.release_id).order_by("number")
    rows = rows.select_related("merged_into").defer("body_th", "body_en", "gallery")
    is_gone = live.kind == Version.Kind.GONE
    return listing(request, [_entry(version, at, is_gone=is_gone) for version in rows])


def _entry(version: Version, at: datetime, *, is_gone: bool) -> dict:
    # An end that lies ahead would tell of a schedule.
    until = version.visible_until if version.visible_until and version.visible_until <= at else None
    has_text = version.kind not in Version.WITHOUT_TEXT and not is_gone and not version.erased
    address = absolute(reverse("root:api:version", args=(version.code, version.number)))
    notes = {"th": version.note_th, "en": version.note_en}
    hidden = is_gone and version.kind != Version.Kind.GONE
    return {
        "id": version.code,
        "version": version.number,
        "kind": version.kind,
        "visible_from": representation.moment(version.visible_from),
        "visible_until": representation.moment(until),
        "recorded_at": representation.moment(version.recorded_at),
        "languages": list(version.languages),
        "note": {} if hidden else {lang: note for lang, note in notes.items() if note},
        "reason": version.reason or None,
        "merged_into": version.merged_into.code if version.merged_into_id else None,
        "checksum": version.checksum,
        "url": address if has_text else None,
    }


@endpoint()
def version(request: HttpRequest, code: str, number: str, *, at: datetime) -> HttpResponse:
    """One version as it was shown, with `content`: exactly what its checksum was computed over."""
    live = _in_force(code, at)
    if live.kind == Version.Kind.GONE:
        return answer(representation.tombstone(live), HTTPStatus.GONE)
    shown = Version.objects.shown(at).filter(release=live.release_id, number=int(number))
    found = shown.select_related("topic", "merged_into").first()
    if found is None:
        raise ApiError.unknown("This release has no version of that number.")
    if found.kind in Version.WITHOUT_TEXT or found.erased:
        return answer(representation.tombstone(found))
    beside = Beside.of([found], former=False)
    return answer({**representation.release(found, beside), "content": found.content()})


@endpoint()
def photos(request: HttpRequest, code: str, *, at: datetime) -> HttpResponse:
    """The photos of the release as it is now, in order."""
    live = _in_force(code, at)
    if live.kind in Version.WITHOUT_TEXT:
        return answer(representation.tombstone(live), HTTPStatus.GONE)
    return listing(request, representation.photos(live, Beside.of([live], former=False)))


def _in_force(code: str, at: datetime) -> Version:
    found = Version.objects.live(at).filter(code=code.lower())
    found = found.select_related("topic", "merged_into").first()
    if found is None:
        raise ApiError.unknown("No release has this id.")
    return found
