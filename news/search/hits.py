"""The results of one page with their words: in which language, what to mark, what to show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from news.html import plain_frozen
from news.models import Version
from news.search.entries import Entry
from news.search.matching import Match, Matcher
from news.search.parsing import Question
from news.search.snippets import Segment, marked, snippet


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: a version, the language in which it was found, its title and a part of its text."""

    version: Version
    lang: str
    title: tuple[Segment, ...]
    snippet: tuple[Segment, ...]


def hits(entries: Sequence[Entry], question: Question, language: str) -> list[Hit]:
    """The results of a page in `language`, by one query."""
    versions = (
        Version.objects.select_related("topic")
        .defer("note_th", "note_en", "attachments", "contact")
        .in_bulk([entry.version_id for entry in entries])
    )
    matcher = Matcher(question)
    return [
        _hit(versions[entry.version_id], matcher, len(question.terms), language)
        for entry in entries
        if entry.version_id in versions
    ]


def _hit(version: Version, matcher: Matcher, terms: int, language: str) -> Hit:
    """In the page's language, unless the other one holds more of the terms."""
    readings = []
    for lang in sorted(version.languages, key=lambda each: each != language):
        reading = _Reading(version, lang, matcher.as_written)
        readings.append(reading)
        if reading.held == terms:
            break
    best = max(readings, key=lambda reading: reading.held)
    if not best.held:
        # Stored before texts were cleaned, or spelt nearly so: the index sees it folded.
        best = _Reading(version, best.lang, matcher.matches)
    return best.hit()


class _Reading:
    """One language of a version, and where the terms stand in it."""

    def __init__(self, version: Version, lang: str, find: Callable[[str], list[Match]]):
        self.version, self.lang = version, lang
        self.title = getattr(version, f"title_{lang}")
        summary, body = getattr(version, f"summary_{lang}"), getattr(version, f"body_{lang}")
        self.text = f"{summary}\n{plain_frozen(body)}" if summary else plain_frozen(body)
        self.in_title, self.in_text = find(self.title), find(self.text)

    @property
    def held(self) -> int:
        """How many of the terms it holds."""
        return len({match.term for match in (*self.in_title, *self.in_text)})

    def hit(self) -> Hit:
        title = tuple(marked(self.title, self.in_title))
        return Hit(self.version, self.lang, title, tuple(snippet(self.text, self.in_text)))
