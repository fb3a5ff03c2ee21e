"""What the door freezes: a working copy as an unsaved version, and the digest of its content.

Pure reading. `news.publishing` seals and appends what `freeze` makes; previews show it; a review
holds for the digest that the reviewer saw.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from news.html import sanitise
from news.models import PressRelease, Version
from news.models.version import LANGUAGES, canonical_json


@dataclass(frozen=True, slots=True)
class Notes:
    """What readers are told about a change, in each language; empty where there is nothing to
    say.
    """

    th: str = ""
    en: str = ""


NO_NOTES = Notes()

COMPARED = (
    "slug",
    "topic_id",
    "event_date",
    "event_precision",
    "event_source",
    "event_other",
    "dated_precision",
    "dated_source",
    "dated_other",
    "origin",
    "source_url",
    "original_language",
    "translation_status",
    "gallery",
    "attachments",
    "contact",
    *(
        f"{name}_{language}"
        for name in ("title", "summary", "body", "gallery_description")
        for language in LANGUAGES
    ),
)
"""What an editor decides of a version; `dated` too, which the door fills in where it is empty."""


def freeze(
    *,
    release: PressRelease,
    kind: str = Version.Kind.FIRST,
    notes: Notes = NO_NOTES,
    languages: Sequence[str] | None = None,
    kept: Version | None = None,
) -> Version:
    """An unsaved version with the working copy's content: what `publish` appends, what a preview
    shows.

    Number and moments are still unset; languages without both headline and body are left out. Of
    `kept` comes the text in the language that is not among `languages`, as it was.
    """
    version = _frozen(
        release,
        release.languages() if languages is None else languages,
        photos=frozen_gallery(release),
        files=frozen_attachments(release),
        kind=kind,
        notes=notes,
    )
    for language in kept.languages if kept is not None else ():
        if language not in version.languages:
            version.behind = language
            for name in ("title", "summary", "body", "gallery_description"):
                field = f"{name}_{language}"
                setattr(version, field, getattr(kept, field))
    return version


def freeze_text(release: PressRelease) -> Version:
    """The first version of a release that is nothing but text; asks no database."""
    return _frozen(release, release.languages(), photos=[], files=[], kind=Version.Kind.FIRST)


def _frozen(
    release: PressRelease,
    languages: Sequence[str],
    *,
    photos: list[dict],
    files: list[dict],
    kind: str,
    notes: Notes = NO_NOTES,
) -> Version:
    version = Version(
        release=release,
        code=release.code,
        slug=release.slug,
        kind=kind,
        topic=release.topic,
        dated=release.dated,
        dated_precision=release.dated_precision,
        dated_source=release.dated_source,
        dated_other=release.dated_other,
        event_date=release.event_date,
        event_precision=release.event_precision,
        event_source=release.event_source,
        event_other=release.event_other,
        origin=release.origin,
        source_url=release.source_url,
        original_language=release.original_language,
        translation_status=release.translation_status,
        gallery=canonical_json(photos),
        attachments=canonical_json(files),
        contact=canonical_json(_frozen_contact(release)),
    )
    for language in release.languages():
        if language not in languages:
            continue
        for name in ("title", "summary", "gallery_description"):
            field = f"{name}_{language}"
            setattr(version, field, (getattr(release, field) or "").strip())
        setattr(version, f"body_{language}", sanitise(getattr(release, f"body_{language}")))
    set_notes(version, notes)
    return version


def frozen_gallery(release: PressRelease) -> list[dict]:
    """The photos as the record keeps them, in order.

    Keys: sha256 (of the private original), width, height, colour, focal_x, focal_y (per cent),
    alt_th, alt_en, caption_th, caption_en, credit, is_sample, is_cover.
    """
    photos = list(release.photos.all())
    cover_id = release.cover_id or next((photo.pk for photo in photos), None)
    return [
        {
            "sha256": photo.sha256,
            "width": photo.width,
            "height": photo.height,
            "colour": photo.colour,
            "focal_x": photo.focal_x,
            "focal_y": photo.focal_y,
            "alt_th": photo.alt_th or "",
            "alt_en": photo.alt_en or "",
            "caption_th": photo.caption_th or "",
            "caption_en": photo.caption_en or "",
            "credit": photo.credit,
            "is_sample": photo.is_sample,
            "is_cover": photo.pk == cover_id,
        }
        for photo in photos
    ]


def frozen_attachments(release: PressRelease) -> list[dict]:
    """The attachments as the record keeps them, in order.

    Keys: sha256, name, content_type, byte_size, language (th, en, both), title_th, title_en.
    """
    return [
        {
            "sha256": attachment.sha256,
            "name": attachment.name,
            "content_type": attachment.content_type,
            "byte_size": attachment.byte_size,
            "language": attachment.language,
            "title_th": attachment.title_th or "",
            "title_en": attachment.title_en or "",
        }
        for attachment in release.attachments.all()
    ]


def _frozen_contact(release: PressRelease) -> dict:
    return {
        "text_th": release.contact_th or "",
        "text_en": release.contact_en or "",
        "phone": release.contact_phone,
        "email": release.contact_email,
    }


def digest(release: PressRelease, draft: Version | None = None) -> str:
    """SHA-256 (64 hex digits) over all of the working copy that publishing would show; `draft` is
    what `freeze` makes of it, where that is at hand.

    Text that no language is complete with counts too: who approved didn't see it completed.
    """
    draft = draft or freeze(release=release)
    content = {name: str(getattr(draft, name) or "") for name in (*COMPARED, "dated")}
    for language in LANGUAGES:
        for name in ("title", "summary", "body", "gallery_description"):
            field = f"{name}_{language}"
            content[field] = (getattr(release, field) or "").strip()
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


_COPIED = tuple(
    field.attname
    for field in Version._meta.concrete_fields
    if field.attname
    not in {
        "id",
        "number",
        "visible_from",
        "visible_until",
        "recorded_at",
        "recorded_by",
        "checksum",
    }
)


def copied(version: Version) -> Version:
    """An unsaved version with the same content; the door gives it its number and moments."""
    return Version(**{name: getattr(version, name) for name in _COPIED})


def without_text(version: Version) -> Version:
    for language in LANGUAGES:
        for name in ("title", "summary", "body", "gallery_description"):
            setattr(version, f"{name}_{language}", "")
    version.slug = version.source_url = version.dated_source = version.event_source = ""
    version.gallery, version.attachments, version.contact = "[]", "[]", "{}"
    return version


def set_notes(version: Version, notes: Notes) -> None:
    version.note_th, version.note_en = notes.th.strip(), notes.en.strip()
