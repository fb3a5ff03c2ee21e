"""Which words a translation was made from, and whether they have changed since."""

import json

from news.html import plain
from news.models import PressRelease
from news.models.version import canonical_json

NAMES = ("title", "summary", "body")


def translation_language(release: PressRelease) -> str:
    return "en" if release.original_language == "th" else "th"


def original_words(release: PressRelease) -> dict[str, str]:
    """What the translation has to say: headline, summary and body of the original, without tags."""
    language = release.original_language
    words = {name: (getattr(release, f"{name}_{language}") or "").strip() for name in NAMES}
    return words | {"body": plain(words["body"])}


def follows(release: PressRelease) -> None:
    """The translation says now what the original says. Saves nothing."""
    release.translated_from = canonical_json(original_words(release))
    release.translation_is_stale = False


def note_saved(release: PressRelease, changed: set[str], *, holds: bool) -> None:
    """Keep account of a save in which the fields `changed` were changed; `holds`: the editor says
    that the translation is right all the same. Saves nothing.
    """
    language = translation_language(release)
    has_both = len(release.languages()) == 2
    written = any(f"{name}_{language}" in changed for name in NAMES)
    if not has_both:
        release.translated_from, release.translation_is_stale = "", False
    elif written or holds or not release.translated_from:
        follows(release)
    else:
        release.translation_is_stale = words_then(release) != original_words(release)


def words_then(release: PressRelease) -> dict[str, str]:
    """The original's words when the translation was last written; empty where nobody knows."""
    return json.loads(release.translated_from) if release.translated_from else {}
