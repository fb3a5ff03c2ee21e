"""All that readers get of a text, for whoever is to approve, publish or look it over."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from news.models import PressRelease, Version
from news.models.version import LANGUAGES, Text


@dataclass(frozen=True, slots=True)
class TextToBeRead:
    lang: str
    title: str
    summary: str
    body: SafeString
    gallery_description: str
    contact: str


@dataclass(frozen=True, slots=True)
class PhotoWords:
    """What is said of a photo in one language; empty where nothing is."""

    lang: str
    caption: str
    alt: str


@dataclass(frozen=True, slots=True)
class PhotoToBeRead:
    """`thumbnail` is empty where the photo has left the desk since."""

    thumbnail: str
    width: int
    height: int
    credit: str
    is_cover: bool
    is_sample: bool
    words: tuple[PhotoWords, ...]


@dataclass(frozen=True, slots=True)
class FileToBeRead:
    """`titles`: language -> title, of those that there are."""

    name: str
    titles: tuple[tuple[str, str], ...]
    byte_size: int


@dataclass(frozen=True, slots=True)
class ToBeRead:
    """A version, or the working copy as the door would freeze it."""

    version: Version
    texts: tuple[TextToBeRead, ...]
    photos: tuple[PhotoToBeRead, ...]
    files: tuple[FileToBeRead, ...]
    phone: str
    email: str


def to_be_read(release: PressRelease, version: Version) -> ToBeRead:
    """`version` of `release`; one query, for the photos that the desk has."""
    at_the_desk = dict(release.photos.values_list("sha256", "pk"))
    contact = version.press_contact
    return ToBeRead(
        version=version,
        texts=tuple(
            _text(version.text(language), contact.get(f"text_{language}", ""))
            for language in version.languages
        ),
        photos=tuple(_photo(frozen, at_the_desk) for frozen in version.photos),
        files=tuple(_file(frozen) for frozen in version.files),
        phone=contact.get("phone", ""),
        email=contact.get("email", ""),
    )


def _text(text: Text, contact: str) -> TextToBeRead:
    return TextToBeRead(
        lang=text.lang,
        title=text.title,
        summary=text.summary,
        body=mark_safe(text.body),  # noqa: S308 - `freeze` has sanitised it
        gallery_description=text.gallery_description,
        contact=contact,
    )


def _photo(frozen: dict, at_the_desk: dict[str, int]) -> PhotoToBeRead:
    photo = at_the_desk.get(frozen["sha256"])
    return PhotoToBeRead(
        thumbnail=reverse("admin:news_photo_thumbnail", args=(photo,)) if photo else "",
        width=frozen["width"],
        height=frozen["height"],
        credit=frozen["credit"],
        is_cover=frozen["is_cover"],
        is_sample=frozen["is_sample"],
        words=tuple(
            PhotoWords(language, frozen[f"caption_{language}"], frozen[f"alt_{language}"])
            for language in LANGUAGES
        ),
    )


def _file(frozen: dict) -> FileToBeRead:
    return FileToBeRead(
        name=frozen["name"],
        titles=tuple(
            (language, title) for language in LANGUAGES if (title := frozen[f"title_{language}"])
        ),
        byte_size=frozen["byte_size"],
    )
