"""The results of one page with their words: in which language, what to mark, what to show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import QuerySet

from news.html import plain_frozen
from news.models import Topic, Version
from news.prepared import Prepared
from news.search.entries import Entry
from news.search.matching import Matcher
from news.search.parsing import Question
from news.search.snippets import Segment, marked, snippet


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: a version, the language in which it was found, its title and a part of its text."""

    version: Version
    lang: str
    title: tuple[Segment, ...]
    snippet: tuple[Segment, ...]


def hits(
    entries: Sequence[Entry],
    question: Question,
    language: str,
    corrected: Question | None = None,
    topics: Mapping[int, Topic] = MappingProxyType({}),
) -> list[Hit]:
    """The results of a page in `language`, by one query; those that hold nothing of the question
    are shown by the words of the `corrected` one. Those of `topics` are given to their versions.
    """
    versions = _versions([entry.version_id for entry in entries])
    for version in versions.values():
        if version.topic_id in topics:
            version.topic = topics[version.topic_id]
    questions = [question, corrected] if corrected else [question]
    matchers = [(Matcher(each), len(each.terms)) for each in questions]
    return [
        _hit(versions[entry.version_id], matchers, language)
        for entry in entries
        if entry.version_id in versions
    ]


def _versions(keys: Sequence[int]) -> dict[int, Version]:
    found: dict[int, Version] = {}
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        # A page with fewer asks for its last one more than once.
        values = dict(zip(_PLACES, [*some, *[some[-1]] * (_AT_ONCE - len(some))], strict=True))
        found |= {version.pk: version for version in _PREPARED.ask(values)}
    return found


def _asked(values: Mapping[str, object]) -> QuerySet[Version]:
    return Version.objects.for_hits().filter(pk__in=[values[place] for place in _PLACES])


_AT_ONCE = 20
_PLACES = {f"version {number}": -1000 - number for number in range(_AT_ONCE)}
_PREPARED = Prepared(Version, _asked, samples=_PLACES)


def _hit(version: Version, matchers: Sequence[tuple[Matcher, int]], language: str) -> Hit:
    """In the page's language, unless the other one holds more of the terms."""
    languages = sorted(version.languages, key=lambda each: each != language)
    for matcher, terms in matchers:
        readings = []
        for lang in languages:
            reading = _Reading(version, lang, matcher)
            readings.append(reading)
            if reading.held == terms:
                break
        best = max(readings, key=lambda reading: reading.held)
        if best.held:
            return best.hit()
    # Stored before texts were cleaned: the index sees it folded.
    return _Reading(version, best.lang, matchers[0][0], folded=True).hit()


class _Reading:
    """One language of a version, and where the terms stand in it."""

    def __init__(self, version: Version, lang: str, matcher: Matcher, *, folded: bool = False):
        self.version, self.lang = version, lang
        self.title = getattr(version, f"title_{lang}")
        summary, body = getattr(version, f"summary_{lang}"), getattr(version, f"body_{lang}")
        self.text = f"{summary}\n{plain_frozen(body)}" if summary else plain_frozen(body)
        texts = self.title, self.text
        self.in_title, self.in_text = (
            map(matcher.as_folded, texts) if folded else matcher.as_written(*texts)
        )

    @property
    def held(self) -> int:
        """How many of the terms it holds."""
        return len({match.term for match in (*self.in_title, *self.in_text)})

    def hit(self) -> Hit:
        title = tuple(marked(self.title, self.in_title))
        return Hit(self.version, self.lang, title, tuple(snippet(self.text, self.in_text)))
