"""A version as plain JSON values: what the API answers and what the data files hold.

A release whose text is withdrawn, gone or merged is represented by a tombstone wherever releases
are listed: that it was, since when it isn't, and why.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice

from news.html import sanitise
from news.images import recipes
from news.media import attachment_hash
from news.models import Derivative, LegacyPath, Precision, Version
from news.models.version import LANGUAGES
from news.sharing.addresses import absolute, media_path, photo_file_path, release_path, short_path
from news.thai.dates import fiscal_year

STATES = {"withdrawn": "withdrawn", "gone": "gone", "merged": "merged"}
"""Kind of version -> state of a release where it isn't `live`."""

Json = dict[str, object]

_IN_A_QUERY = 1_000


def moment(value: datetime | None) -> str | None:
    """RFC 3339 in UTC, with microseconds."""
    if value is None:
        return None
    # A third of what strftime takes; every release has three.
    return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def day(value: date | None, precision: str, source: str, other: date | None) -> Json | None:
    """A stored day with what is known of it; None where there is none."""
    if value is None:
        return None
    return {
        "date": value.isoformat(),
        "precision": precision,
        "in_doubt": precision == Precision.DOUBT,
        "other_reading": other.isoformat() if other else None,
        "as_printed": source,
    }


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside the record of the versions to represent."""

    former: dict[int, list[str]] = field(default_factory=dict)
    """release id -> its addresses on the former site."""
    made: dict[str, tuple[int, str]] = field(default_factory=dict)
    """hash of a photo's file -> its size in bytes and their SHA-256, where both are known."""

    @classmethod
    def of(
        cls, versions: Collection[Version], *, former: bool = True, photos: bool = True
    ) -> "Beside":
        """One query for old addresses; one for photos, where there are any."""
        return cls(
            _legacy_paths(versions) if former and versions else {},
            _made(versions) if photos else {},
        )

    def lacks_a_hash(self, version: Version) -> bool:
        """Whether a photo of the version isn't prepared yet."""
        return any(
            file.hash not in self.made for photo in version.photos for file, _ in _files(photo)
        )


def _legacy_paths(versions: Collection[Version]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = LegacyPath.objects.filter(release__in={version.release_id for version in versions})
    for release_id, path in rows.order_by("path").values_list("release_id", "path"):
        found.setdefault(release_id, []).append(path)
    return found


def _made(versions: Collection[Version]) -> dict[str, tuple[int, str]]:
    wanted = iter(
        {
            file.hash
            for version in versions
            for photo in version.photos
            for file, _purpose in _files(photo)
        }
    )
    found: dict[str, tuple[int, str]] = {}
    while some := list(islice(wanted, _IN_A_QUERY)):
        rows = Derivative.objects.filter(hash__in=some).exclude(sha256="")
        for hash_, byte_size, sha256 in rows.values_list("hash", "byte_size", "sha256"):
            found[hash_] = (byte_size, sha256)
    return found


def release(version: Version, beside: Beside) -> Json:
    """The release in full, as `version` states it."""
    return {
        **_identity(version),
        "kind": version.kind,
        "original_language": version.original_language,
        "translation": version.translation_status,
        "language_behind": version.behind or None,
        "origin": version.origin,
        "source_url": version.source_url,
        "legacy_paths": beside.former.get(version.release_id, []),
        "dated": day(
            version.dated, version.dated_precision, version.dated_source, version.dated_other
        ),
        "fiscal_year_be": fiscal_year(version.dated).number,
        "event": day(
            version.event_date, version.event_precision, version.event_source, version.event_other
        ),
        "topic": _topic(version),
        "title": _words(version, "title"),
        "summary": _words(version, "summary"),
        "body_html": _bodies(version),
        "gallery_description": _words(version, "gallery_description"),
        "note": _words(version, "note"),
        "photos": photos(version, beside),
        "attachments": attachments(version),
        "contact": version.press_contact,
        "reason": version.reason or None,
        "merged_into": None,
        "checksum": version.checksum,
    }


def tombstone(version: Version) -> Json:
    """What is left to say of a release that is no news any more: no word of its text."""
    return {
        **_identity(version),
        "languages": [],
        "kind": version.kind,
        "note": _words(version, "note"),
        "reason": version.reason or None,
        "merged_into": version.merged_into.code if version.merged_into_id else None,
        "checksum": version.checksum,
    }


def listed(version: Version, beside: Beside) -> Json:
    """The release as lists give it: in full while it is news, as a tombstone after."""
    return release(version, beside) if version.is_listed_kind else tombstone(version)


def _identity(version: Version) -> Json:
    languages = version.languages or LANGUAGES
    return {
        "id": version.code,
        "state": STATES.get(version.kind, "live"),
        "version": version.number,
        "languages": list(version.languages),
        "url": {
            lang: absolute(release_path(lang, version.code, version.slug)) for lang in languages
        },
        "short_url": absolute(short_path(version.code, "th")),
        "cite_as": absolute(f"/s/{version.code}@{version.number}"),
        "first_published": moment(version.first_published),
        "last_changed": moment(version.last_changed),
        "visible_from": moment(version.visible_from),
    }


def _words(version: Version, name: str) -> dict[str, str]:
    """Language -> text, for the languages in which there is one."""
    pairs = ((lang, getattr(version, f"{name}_{lang}")) for lang in LANGUAGES)
    return {lang: text for lang, text in pairs if text}


def _bodies(version: Version) -> dict[str, str]:
    """The same of the body, sanitised here and now, with addresses that work anywhere."""
    return {
        lang: sanitise(body, base=absolute(release_path(lang, version.code, version.slug)))
        for lang, body in _words(version, "body").items()
    }


def _topic(version: Version) -> Json | None:
    topic = version.topic
    if topic is None:
        return None
    return {"slug": topic.slug, "name": {lang: topic.name_in(lang) for lang in LANGUAGES}}


def photos(version: Version, beside: Beside) -> list[Json]:
    """The photos in order, with the JPEG files that each is offered in."""
    return [
        _photo(version, number, photo, beside)
        for number, photo in enumerate(version.photos, start=1)
    ]


def _files(photo: dict) -> Iterator[tuple[recipes.File, str]]:
    """The JPEG files of a frozen photo, each with what it is for."""
    sha256, width, height = photo["sha256"], photo["width"], photo["height"]
    for file in recipes.picture(sha256, width, height).sources[-1].files:
        yield file, "page"
    yield recipes.file(sha256, recipes.press(width, height)), "press"


def _photo(version: Version, number: int, photo: dict, beside: Beside) -> Json:
    return {
        "sha256_of_original": photo["sha256"],
        "width": photo["width"],
        "height": photo["height"],
        "alt": _both(photo, "alt"),
        "caption": _both(photo, "caption"),
        "credit": photo["credit"],
        "is_sample": photo["is_sample"],
        "is_cover": photo["is_cover"],
        "files": [
            _file(file, purpose, absolute(photo_file_path(file, version.code, number)), beside)
            for file, purpose in _files(photo)
        ],
    }


def _file(file: recipes.File, purpose: str, url: str, beside: Beside) -> Json:
    byte_size, sha256 = beside.made.get(file.hash, (None, None))
    return {
        "url": url,
        "made_for": purpose,
        "content_type": file.content_type,
        "width": file.width,
        "height": file.height,
        "byte_size": byte_size,
        "sha256": sha256,
    }


def attachments(version: Version) -> list[Json]:
    return [
        {
            "url": absolute(media_path(attachment_hash(file["sha256"]), file["name"])),
            "name": file["name"],
            "content_type": file["content_type"],
            "byte_size": file["byte_size"],
            "sha256": file["sha256"],
            "language": file["language"],
            "title": _both(file, "title"),
        }
        for file in version.files
    ]


def _both(item: dict, name: str) -> dict[str, str]:
    return {lang: item[f"{name}_{lang}"] for lang in LANGUAGES if item[f"{name}_{lang}"]}
