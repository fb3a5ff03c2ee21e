"""A version beside the working copy, or beside another version: everything that differs."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import get_language, gettext

from news import translating
from news.html import plain
from news.models import Attachment, PressRelease, Topic, Version
from news.models.version import LANGUAGES
from news.thai.comparing import Change, Piece, compared
from news.thai.dates import format_date

TEXTS = ("title", "summary", "body", "gallery_description")
PHOTO_TEXTS = ("alt_th", "alt_en", "caption_th", "caption_en", "credit")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that differs. `pieces` say how; `note` says what words don't."""

    label: str
    pieces: tuple[Piece, ...] = ()
    lang: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A photo or an attachment that came, went, moved or is described otherwise."""

    name: str
    change: Change
    sha256: str
    rows: tuple[Row, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Differences:
    """All that differs between two texts of a release; false where nothing does."""

    texts: dict[str, tuple[Row, ...]]
    facts: tuple[Row, ...]
    photos: tuple[FileRow, ...]
    files: tuple[FileRow, ...]

    def __bool__(self) -> bool:
        return any((*self.texts.values(), self.facts, self.photos, self.files))


def differences(before: Version, after: Version) -> Differences:
    """`before` and `after` are versions, or working copies as `news.freezing.freeze` makes them."""
    return Differences(
        texts={language: tuple(_texts(before, after, language)) for language in LANGUAGES},
        facts=tuple(_facts(before, after)),
        photos=tuple(_files(before.photos, after.photos, _photo_rows)),
        files=tuple(_files(before.files, after.files, _attachment_rows)),
    )


def stale_translation(release: PressRelease) -> tuple[Row, ...]:
    """What changed in the original since the translation was written; empty where it follows."""
    if not release.translation_is_stale:
        return ()
    then, now = translating.words_then(release), translating.original_words(release)
    if not then:  # a version came back to the desk whose translation was behind already
        return ()
    return tuple(
        Row(
            PressRelease._meta.get_field(name).verbose_name,
            tuple(compared(then.get(name, ""), now[name])),
            release.original_language,
        )
        for name in translating.NAMES
        if then.get(name, "") != now[name]
    )


def _texts(before: Version, after: Version, language: str) -> Iterator[Row]:
    for name in TEXTS:
        field = f"{name}_{language}"
        old, new = getattr(before, field), getattr(after, field)
        if old == new:
            continue
        label = PressRelease._meta.get_field(name).verbose_name
        words = (plain(old), plain(new)) if name == "body" else (old, new)
        if words[0] == words[1]:
            note = gettext("The words are the same; a link, a heading or emphasis differs.")
            yield Row(label, lang=language, note=note)
        else:
            yield Row(label, tuple(compared(*words)), language)


def _facts(before: Version, after: Version) -> Iterator[Row]:
    for label, old, new in zip(_names(), _values(before), _values(after), strict=True):
        if old != new:
            yield Row(label, _replaced(old, new))


def _replaced(old: str, new: str) -> tuple[Piece, ...]:
    pieces = (Piece(Change.REMOVED, old), Piece(Change.ADDED, new))
    return tuple(piece for piece in pieces if piece.text)


_FACTS = (
    "topic",
    "event_date",
    "event_precision",
    "event_other",
    "event_source",
    "dated",
    "dated_precision",
    "dated_other",
    "dated_source",
    "slug",
    "source_url",
    "origin",
    "original_language",
    "translation_status",
)
_CONTACT = {
    "text_th": "contact",
    "text_en": "contact",
    "phone": "contact_phone",
    "email": "contact_email",
}


def _names() -> list[str]:
    fields = [*_FACTS, *_CONTACT.values()]
    return [str(PressRelease._meta.get_field(name).verbose_name) for name in fields]


def _values(version: Version) -> list[str]:
    values = []
    for name in _FACTS:
        value = getattr(version, name)
        field = PressRelease._meta.get_field(name)
        if isinstance(value, Topic):
            value = str(value)
        elif field.choices:
            value = str(dict(field.flatchoices).get(value, value))
        elif hasattr(value, "isoformat"):
            value = format_date(value, get_language())
        values.append(str(value or ""))
    return values + [version.press_contact.get(key, "") for key in _CONTACT]


def _files(before: list[dict], after: list[dict], rows) -> Iterator[FileRow]:
    """By the bytes: the same photo with another caption is one that changed."""
    old = {item["sha256"]: (place, item) for place, item in enumerate(before, start=1)}
    new = {item["sha256"]: (place, item) for place, item in enumerate(after, start=1)}
    # A photo that went makes the others move up, which nobody did: places count among those kept.
    order = {sha256: place for place, sha256 in enumerate(s for s in old if s in new)}
    for place, (sha256, (_number, item)) in enumerate(new.items()):
        name = item.get("name") or gettext("Photo %(number)d") % {"number": place + 1}
        if sha256 not in old:
            yield FileRow(name, Change.ADDED, sha256)
            continue
        changed = tuple(rows(old[sha256][1], item))
        kept = [s for s in new if s in old]
        moved = kept.index(sha256) != order[sha256]
        if changed or moved:
            note = gettext("in another place") if moved else ""
            yield FileRow(name, Change.SAME, sha256, changed, note)
    for sha256, (place, item) in old.items():
        if sha256 not in new:
            name = item.get("name") or gettext("Photo %(number)d") % {"number": place}
            yield FileRow(name, Change.REMOVED, sha256)


def _photo_rows(old: dict, new: dict) -> Iterator[Row]:
    labels = {
        "alt": gettext("alternative text"),
        "caption": gettext("caption"),
        "credit": gettext("credit"),
    }
    for name in PHOTO_TEXTS:
        if old[name] != new[name]:
            base, _sep, language = name.partition("_")
            yield Row(labels[base], tuple(compared(old[name], new[name])), language)
    if old["is_cover"] != new["is_cover"]:
        yield Row(
            gettext("cover photo"),
            note=gettext("is the cover now") if new["is_cover"] else gettext("no longer the cover"),
        )
    if any(old[name] != new[name] for name in ("focal_x", "focal_y", "is_sample")):
        yield Row(gettext("focal point"), note=gettext("changed"))


def _attachment_rows(old: dict, new: dict) -> Iterator[Row]:
    for name in ("title_th", "title_en", "name", "language"):
        if old[name] != new[name]:
            base, _sep, language = name.partition("_")
            label = Attachment._meta.get_field(base).verbose_name
            yield Row(label, tuple(compared(old[name], new[name])), language)
