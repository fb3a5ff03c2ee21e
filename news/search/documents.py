"""A version of the record as a document and an entry of the index."""

from collections.abc import Iterator

from news.html import plain_frozen
from news.models import Version
from news.models.version import LANGUAGES
from news.search.analysis import Document, analyse
from news.search.entries import FILES, FLAGS, PHOTOS


def document_of(version: Version) -> Document:
    """What is searched in a version: its words in both languages, captions and file titles too."""
    return analyse(
        (getattr(version, f"title_{language}") for language in LANGUAGES), texts_of(version)
    )


def texts_of(version: Version) -> Iterator[str]:
    """All that is searched besides the titles, as plain texts."""
    for language in version.languages:
        yield getattr(version, f"summary_{language}")
        yield plain_frozen(getattr(version, f"body_{language}"))
        yield from texts_beside(version, language)


def texts_beside(version: Version, language: str) -> Iterator[str]:
    """What is searched besides title, summary and body: what is said of photos and files."""
    yield getattr(version, f"gallery_description_{language}")
    yield from (photo[f"caption_{language}"] for photo in version.photos)
    yield from (file[f"title_{language}"] for file in version.files)


def flags_of(version: Version) -> int:
    """The flags of its entry."""
    flags = sum(FLAGS[language] for language in version.languages)
    return flags | (PHOTOS if version.photos else 0) | (FILES if version.files else 0)
